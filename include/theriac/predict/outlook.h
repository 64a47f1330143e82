/* What a trained model says of one drug: the value a dossier prints. Ranks of the drug in diseases that were asked for and in those
 * it ranks highest for, how far to believe each, and the paths behind it. Read whole from a file of the cache when the same was
 * asked of the same model before. */
#ifndef THERIAC_PREDICT_OUTLOOK_H
#define THERIAC_PREDICT_OUTLOOK_H

#include "theriac/io.h"
#include "theriac/nn/trace.h"

typedef enum th_predict_novelty {
  TH_PREDICT_NEW,
  TH_PREDICT_EXPANSION,      /* an ancestor, descendant or sibling of the disease has the drug */
  TH_PREDICT_LICENSED,       /* the graph lists the indication */
  TH_PREDICT_CONTRAINDICATED /* the graph lists the contraindication */
} th_predict_novelty;
TH_API const char *th_predict_novelty_name(th_predict_novelty n); /* "new" … */

/* Why a rank is not to be relied on. */
typedef enum th_predict_abstain {
  TH_ABSTAIN_NO,
  TH_ABSTAIN_NOTHING_LIKE, /* no disease with a known treatment is like this one */
  TH_ABSTAIN_TOO_UNLIKE,   /* the nearest one is too unlike */
  TH_ABSTAIN_NAME_ONLY,    /* the graph knows nothing of the drug but its name */
  TH_ABSTAIN_NO_LIFT,      /* the score differs from the drug's popularity by less than its spread */
  TH_ABSTAINS
} th_predict_abstain;
TH_API const char *th_predict_abstain_code(th_predict_abstain w); /* "", "nothing-like", "too-unlike" … */
TH_API const char *th_predict_abstain_text(th_predict_abstain w); /* a sentence in English, "" for NO */

typedef enum th_outlook_state {
  TH_OUTLOOK_NO_GRAPH,    /* the home has no graph */
  TH_OUTLOOK_NO_MODEL,    /* … no model */
  TH_OUTLOOK_OTHER_GRAPH, /* the model was made from another graph */
  TH_OUTLOOK_NO_DRUG,     /* the graph does not know the drug */
  TH_OUTLOOK_FAILED,      /* graph or model cannot be read: `why` */
  TH_OUTLOOK_DONE,
  TH_OUTLOOK_STATES
} th_outlook_state;
TH_API const char *th_outlook_state_code(th_outlook_state s); /* "no-graph" … "done" */

typedef struct th_outlook_node {
  th_str type, id, name;
  uint32_t degree; /* edges in all relations */
  bool hub;        /* more of them than 99 of 100 nodes of its type have */
} th_outlook_node;

typedef struct th_outlook_path {
  th_nn_via via;
  uint32_t n;
  th_outlook_node node[3]; /* from the drug's side to the disease's, both left out */
  double share;            /* log odds that it adds */
} th_outlook_path;

/* "Why this and not its siblings": a disease under the same parent, and what of the difference each group makes. */
typedef struct th_outlook_sibling {
  th_str id, name;
  double rank_in_drug;
  double difference, group[TH_NN_GROUPS], rest; /* this disease less the sibling, log odds */
} th_outlook_sibling;

/* A near-duplicate of a disease that ranks higher: next to it in the hierarchy. */
typedef struct th_outlook_like {
  th_str id, name;
  double rank_in_drug;
  bool listed_use; /* the graph lists the indication */
} th_outlook_like;

typedef struct th_outlook_pair {
  th_str id, name; /* of the disease, as the graph has them */
  bool asked;      /* asked for */
  bool best;       /* among the drug's highest ranked, the first of its near-duplicates */
  double rank, rank_lo, rank_hi, pct_in_disease,
      pct_labelled;                 /* among all drugs of the disease; among drugs with a label (NaN: it has none) */
  double rank_in_drug, pct_in_drug; /* among all diseases of the drug; share of the reference diseases below */
  double p_cal, p_lo, p_hi;         /* calibrated, at the mean, lowest and highest member */
  double lift, rank_specific, pct_contra, disease_flyer; /* disease_flyer: share of drugs that rank it in their top 1 % */
  bool both_extreme;
  th_nn_support support;
  th_predict_novelty novelty;
  th_predict_abstain abstain;
  uint32_t cluster;      /* near-duplicates share a number from 1; 0: alone */
  th_outlook_like *like; /* of one of the best: its near-duplicates, the highest ranked of them */
  size_t n_like, n_like_all;
  double raw, sd, group[TH_NN_GROUPS], rest; /* groups and rest add up to raw */
  th_outlook_path *path;                     /* the heaviest */
  size_t n_paths, n_paths_all;
  double paths_sum, own_sum; /* shares of all paths; of what no path carries. paths_sum + own_sum + rest = raw */
  th_outlook_sibling *sibling;
  size_t n_siblings;
} th_outlook_pair;

/* A drug that stands near this one in the graph: PathSim (Sun 2011) along drug–gene–drug or drug–gene–pathway–gene–drug. */
typedef struct th_outlook_alike {
  th_str id, name;
  th_nn_via via;     /* GENE or GENE_PATHWAY: what the paths meet in */
  double likeness;   /* 0 to 1 */
  uint32_t n_shared; /* genes or pathways in which paths of both meet */
  th_str *over;      /* those that most paths run through */
  size_t n_over;
} th_outlook_alike;

typedef struct th_outlook {
  th_outlook_state state;
  th_str why; /* FAILED */
  th_str model_id, graph_sha256, split, split_sha256, method;
  uint64_t seed;
  uint32_t members, n_drugs, n_diseases, n_reference;
  double base_rate, sim_min, valid_percentile, valid_mrr, valid_recall30;
  uint32_t valid_pairs;
  th_str drug_id, drug_name;
  uint32_t n_indications, n_contraindications;
  double drug_flyer;     /* share of the reference diseases in whose top 1 % the drug stands */
  bool flyer;            /* more than 0.2 */
  th_outlook_pair *pair; /* by rising rank_in_drug */
  size_t n_pairs;
  th_outlook_alike *alike; /* the nearest along genes, then along pathways; each by falling likeness */
  size_t n_alike;
} th_outlook;

/* Whom to ask, and of what. Names are tried in order; the first the graph knows is the drug. */
typedef struct th_outlook_ask {
  const char *graph, *model, *cache; /* files, and the folder of kept answers (NULL: none are kept) */
  const th_str *drug;
  size_t n_drug;
  const th_str *disease; /* ids or names; those that the graph does not know are left out */
  size_t n_disease;
  uint32_t best; /* of the drug's highest ranked, how many beside them, near-duplicates counted once; 0: 12 */
} th_outlook_ask;

/* Everything that can be off with graph, model or drug is a state of the value, not an error; TH_ENOMEM alone is one. The answer is
 * the same whether it was kept or reckoned anew. Kept: a few ms; else O(diseases · features near them) and a full ranking of each
 * disease printed. */
TH_API th_code th_outlook_of_drug(th_arena *a, th_outlook_ask q, th_outlook **out, th_err *err);

/* As one JSON object (docs/formats/dossier.schema.json, "prediction"), and back: false when something is missing or of another form.
 * Texts view those of j. */
TH_API void th_outlook_json(const th_outlook *o, th_jwrite *w);
TH_API bool th_outlook_read(th_arena *a, const th_json *j, th_outlook *o);

#endif
