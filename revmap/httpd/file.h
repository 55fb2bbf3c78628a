/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/**
 * @file file.h
 * @brief RevMapFile: maps that are kept in files and may change at any time
 *
 * A file is compiled when the configuration is read.  In each child process a
 * thread looks whether it has changed; if so it is compiled aside and takes
 * the place of the old map at once.  A request keeps the map that it has begun
 * with; no request compiles, frees or waits for it.
 */

#ifndef REVMAP_HTTPD_FILE_H
#define REVMAP_HTTPD_FILE_H

#include "revmap/httpd/file_map.h"

/** A file as a virtual host has it. */
typedef struct revmap_file_use {
    revmap_file *file;
    const revmap_map *map; /**< that names it */
    int is_in_section;     /**< it stands in a <Location> or the like */
} revmap_file_use;

/** Forget the files of the last configuration. */
void revmap_begin_files(apr_pool_t *pconf);

/** @return the files that the configuration names, each once: an array of
 *          revmap_file pointers */
const apr_array_header_t *revmap_files(void);

/** RevMapFile path [check=seconds|off] */
const char *revmap_set_file(cmd_parms *cmd, void *dir_config, const char *path,
                            const char *option);

/** A map forgets the files that it has named so far: "RevMap none". */
void revmap_forget_files(const server_rec *server, const revmap_map *map);

/**
 * Look at what can only be told when all of the configuration is known:
 * whether the child processes may read the files, and whether public sides are
 * on the hosts of this site where they have to be.
 * @return OK, or HTTP_INTERNAL_SERVER_ERROR to refuse the configuration
 */
int revmap_check_files(apr_pool_t *ptemp);

/** A virtual host has the files of the main server, too.
 *  @param with_rules it inherits what stands outside of sections */
void revmap_inherit_files(const revmap_server_config *main_server,
                          revmap_server_config *virtual_host, int with_rules);

/**
 * Add the maps of all files of the virtual host to what is known of a request:
 * their public sides to its mounts and, where their sections are in force,
 * their rules to its scope.  They stay as they are until the request ends.
 * @param exchange its scope and its mounts are set
 */
void revmap_add_files(request_rec *r, const revmap_server_config *server,
                      revmap_exchange *exchange);

/** Register what watches the files in child processes. */
void revmap_register_files(void);

#endif /* REVMAP_HTTPD_FILE_H */
