/* The command table: one line a command, grouped as the index shows them. Each is defined in src/cli/cmd_<name>.c. */
#include "cli/cli_priv.h"

#define COMMANDS(X)                                                                                                            \
  /* Dossier */                                                                                                                \
  X(import)                                                                                                                    \
  X(fetch)                                                                                                                     \
  X(demo)                                                                                                                      \
  X(dossier)                                                                                                                   \
  X(serve)                                                                                                                     \
  X(site_build)                                                                                                                \
  /* Evidence */                                                                                                               \
  X(audit)                                                                                                                     \
  X(evidence_grade)                                                                                                            \
  X(evidence_search)                                                                                                           \
  X(evidence_show)                                                                                                             \
  X(names_resolve)                                                                                                             \
  X(trial_search)                                                                                                              \
  X(trial_show)                                                                                                                \
  X(trial_compare)                                                                                                             \
  X(trial_diff)                                                                                                                \
  X(trial_match)                                                                                                               \
  /* Prediction */                                                                                                             \
  X(graph_generate)                                                                                                            \
  X(graph_import)                                                                                                              \
  X(graph_path)                                                                                                                \
  X(graph_show)                                                                                                                \
  X(graph_stat)                                                                                                                \
  X(model_baseline)                                                                                                            \
  X(model_eval)                                                                                                                \
  X(model_explain)                                                                                                             \
  X(model_score)                                                                                                               \
  X(model_split)                                                                                                               \
  X(model_train)                                                                                                               \
  /* Statistics */                                                                                                             \
  X(stat_table)                                                                                                                \
  X(stat_meta)                                                                                                                 \
  X(study_check)                                                                                                               \
  /* Safety and licence */                                                                                                     \
  X(safety_check)                                                                                                              \
  X(licence_show)                                                                                                              \
  /* Reimbursement */                                                                                                          \
  X(coverage_list)                                                                                                             \
  X(coverage_check)                                                                                                            \
  X(coverage_calendar)                                                                                                         \
  X(coverage_cql)                                                                                                              \
  X(coverage_diff)                                                                                                             \
  X(coverage_dose)                                                                                                             \
  X(coverage_explain)                                                                                                          \
  X(coverage_form)                                                                                                             \
  X(coverage_packet)                                                                                                           \
  X(coverage_sheet)                                                                                                            \
  X(coverage_renew)                                                                                                            \
  X(coverage_batch)                                                                                                            \
  X(coverage_synth)                                                                                                            \
  X(coverage_verify)                                                                                                           \
  X(score)                                                                                                                     \
  /* Cases */                                                                                                                  \
  X(case_keep)                                                                                                                 \
  X(case_list)                                                                                                                 \
  X(case_show)                                                                                                                 \
  X(case_delete)                                                                                                               \
  X(audit_log_verify)                                                                                                          \
  X(audit_log_show)                                                                                                            \
  /* Clinical logic */                                                                                                         \
  X(cql_run)                                                                                                                   \
  X(cql_explain)                                                                                                               \
  X(cql_suite)                                                                                                                 \
  /* Upkeep */                                                                                                                 \
  X(doctor)                                                                                                                    \
  X(backup)                                                                                                                    \
  X(restore)                                                                                                                   \
  /* Program */                                                                                                                \
  X(help)                                                                                                                      \
  X(version)

#define DECLARE(name) extern const th_cmd th_cmd_##name;
#define POINT(name)   &th_cmd_##name,
COMMANDS(DECLARE)

const th_cmd *const th_commands[] = { COMMANDS(POINT) NULL };
