/* The command table: one line a command, grouped as the index shows them. Each is defined in src/cli/cmd_<name>.c. */
#include "cli/cli_priv.h"

#define COMMANDS(X)                                                                                                            \
  /* Dossier */                                                                                                                \
  X(demo)                                                                                                                      \
  X(dossier)                                                                                                                   \
  /* Evidence */                                                                                                               \
  X(audit)                                                                                                                     \
  /* Prediction */                                                                                                             \
  X(graph_import)                                                                                                              \
  X(graph_path)                                                                                                                \
  X(graph_show)                                                                                                                \
  X(graph_stat)                                                                                                                \
  X(model_baseline)                                                                                                            \
  X(model_split)                                                                                                               \
  /* Statistics */                                                                                                             \
  X(stat_table)                                                                                                                \
  X(study_check)                                                                                                               \
  X(stat_meta)                                                                                                                 \
  /* Safety and licence */                                                                                                     \
  /* Reimbursement */                                                                                                          \
  X(coverage_batch)                                                                                                            \
  X(coverage_check)                                                                                                            \
  X(coverage_explain)                                                                                                          \
  X(coverage_form)                                                                                                             \
  X(coverage_list)                                                                                                             \
  X(cql_explain)                                                                                                               \
  X(cql_run)                                                                                                                   \
  X(cql_suite)                                                                                                                 \
  X(coverage_verify)                                                                                                           \
  /* Upkeep */                                                                                                                 \
  X(backup)                                                                                                                    \
  X(doctor)                                                                                                                    \
  X(import)                                                                                                                    \
  X(restore)                                                                                                                   \
  /* Program */                                                                                                                \
  X(help)                                                                                                                      \
  X(version)

#define DECLARE(name) extern const th_cmd th_cmd_##name;
#define POINT(name)   &th_cmd_##name,
COMMANDS(DECLARE)

const th_cmd *const th_commands[] = { COMMANDS(POINT) NULL };
