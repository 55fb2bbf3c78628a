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

/* The configuration of servers and sections, and how it is inherited. */

#include "revmap/httpd/file.h"

#include "http_core.h"
#include "http_log.h"

APLOG_USE_MODULE(revmap);

void *revmap_create_dir_config(apr_pool_t *pool, char *dir)
{
    revmap_dir_config *config = apr_pcalloc(pool, sizeof(*config));

    return config;
}

/* httpd merges for each request, so nothing is compiled here. */
void *revmap_merge_dir_config(apr_pool_t *pool, void *base, void *add)
{
    const revmap_dir_config *outer = base;
    const revmap_dir_config *inner = add;
    revmap_dir_config *config = apr_palloc(pool, sizeof(*config));

    config->map = NULL;
    config->scope = revmap_scope_merge(pool, inner->scope, outer->scope);
    config->engine = inner->engine ? inner->engine : outer->engine;
    config->automatic = inner->automatic ? inner->automatic : outer->automatic;
    config->origin_mode =
        inner->origin_mode ? inner->origin_mode : outer->origin_mode;
    config->origin = inner->origin_mode ? inner->origin : outer->origin;
    return config;
}

void *revmap_create_server_config(apr_pool_t *pool, server_rec *server)
{
    revmap_server_config *config = apr_pcalloc(pool, sizeof(*config));

    config->mounts = revmap_mounts_create(pool);
    config->pass_mounts = revmap_mounts_create(pool);
    config->section_mounts = revmap_mounts_create(pool);
    config->mounts->outer = config->pass_mounts;
    config->pass_mounts->outer = config->section_mounts;
    config->written = apr_array_make(pool, 0, sizeof(revmap_section));
    config->files = apr_array_make(pool, 0, sizeof(revmap_file_use));
    config->forward = apr_array_make(pool, 0, sizeof(revmap_pass *));
    return config;
}

revmap_server_config *revmap_server_config_of(const server_rec *server)
{
    return ap_get_module_config(server->module_config, &revmap_module);
}

/* Sections of the main server apply to virtual hosts, too.  What is derived is
 * filled in at the end, when all lines are known. */
void *revmap_merge_server_config(apr_pool_t *pool, void *base, void *add)
{
    const revmap_server_config *main_server = base;
    const revmap_server_config *virtual_host = add;
    revmap_server_config *config = apr_palloc(pool, sizeof(*config));

    config->mounts = virtual_host->mounts;
    config->pass_mounts = virtual_host->pass_mounts;
    config->section_mounts = virtual_host->section_mounts;
    config->written = virtual_host->written;
    config->files = virtual_host->files;
    config->automatic = virtual_host->automatic > main_server->automatic
                            ? virtual_host->automatic
                            : main_server->automatic;
    config->forward = virtual_host->forward;
    config->prefixes = NULL;
    config->section_prefixes = NULL;
    config->inherits_passes = 0;
    config->passes = NULL;
    config->sections = NULL;
    config->derived = NULL;
    config->name = NULL;
    return config;
}
