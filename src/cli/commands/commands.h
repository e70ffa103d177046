// Every command of the command line. A new one: a file in this folder, its name here, and its call in add_commands().
#pragma once

#include "cli/registry.h"

namespace holdfast::cli {

using AddCommand = void(Registry&);

AddCommand add_serve;
AddCommand add_ingest;
AddCommand add_remember;
AddCommand add_recall;
AddCommand add_list;
AddCommand add_get;
AddCommand add_forget;
AddCommand add_summary;
AddCommand add_history;
AddCommand add_export;
AddCommand add_import;
AddCommand add_status;
AddCommand add_namespace;
AddCommand add_token;
AddCommand add_models;
AddCommand add_demo;

// In the order that --help shows.
inline void add_commands(Registry& registry) {
  for (AddCommand* add :
       {add_serve, add_ingest, add_remember, add_recall, add_list, add_get, add_history, add_forget, add_summary,
        add_export, add_import, add_status, add_namespace, add_token, add_models, add_demo})
    add(registry);
}

}  // namespace holdfast::cli
