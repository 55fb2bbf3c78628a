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
 * @file module.h
 * @brief What the files of the httpd side share
 */

#ifndef REVMAP_HTTPD_MODULE_H
#define REVMAP_HTTPD_MODULE_H

#include "httpd.h"
#include "http_config.h"

#include "revmap/header.h"
#include "revmap/side.h"

extern module AP_MODULE_DECLARE_DATA revmap_module;

/** RevMapEngine. */
typedef enum revmap_engine {
    REVMAP_ENGINE_UNSET = 0,
    REVMAP_ENGINE_OFF,
    REVMAP_ENGINE_ON
} revmap_engine;

/** RevMapOrigin. */
typedef enum revmap_origin_mode {
    REVMAP_ORIGIN_UNSET = 0,
    REVMAP_ORIGIN_AUTO,
    REVMAP_ORIGIN_SERVER,
    REVMAP_ORIGIN_URL
} revmap_origin_mode;

/** The configuration of a section. */
typedef struct revmap_dir_config {
    revmap_map *map;           /**< of this section's own lines, or NULL */
    const revmap_scope *scope; /**< the maps in force, this one first */
    revmap_engine engine;
    revmap_origin_mode origin_mode;
    const revmap_site *origin; /**< for REVMAP_ORIGIN_URL */
} revmap_dir_config;

/** The configuration of a server. */
typedef struct revmap_server_config {
    revmap_mounts *mounts; /**< the public sides of all its sections */
} revmap_server_config;

void *revmap_create_dir_config(apr_pool_t *pool, char *dir);
void *revmap_merge_dir_config(apr_pool_t *pool, void *base, void *add);
void *revmap_create_server_config(apr_pool_t *pool, server_rec *server);
void *revmap_merge_server_config(apr_pool_t *pool, void *base, void *add);

/** The directives. */
extern const command_rec revmap_directives[];

/** Forget what the last reading of the configuration left to be checked. */
void revmap_begin_config(apr_pool_t *pconf);

/** To be checked at the end: this public side is a URL of the virtual host. */
void revmap_expect_own_host(const cmd_parms *cmd, const revmap_side *side);

/** To be checked at the end: there is a rule that RevMapEngine can run. */
void revmap_expect_work(const cmd_parms *cmd);

/**
 * Check what can only be told when all of the configuration is known.
 * @return OK, or HTTP_INTERNAL_SERVER_ERROR to refuse it; only `httpd -t`
 *         refuses, a running server that is restarted goes on with a warning
 */
int revmap_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *server);

/** @return non-zero if the host is the ServerName or a ServerAlias */
int revmap_is_server_name(const server_rec *server, const revmap_origin *host);

/** What stands behind a revmap_exchange, for as long as it is used. */
typedef struct revmap_facts {
    revmap_exchange exchange;
    revmap_origin backend;
    revmap_origin told;
    revmap_origin asked;
    revmap_site own;
} revmap_facts;

/**
 * Gather what the engine needs to know of a request.
 * @param r answered by mod_proxy
 * @param config of its section
 * @param facts filled in
 */
void revmap_gather_facts(request_rec *r, const revmap_dir_config *config,
                         revmap_facts *facts);

#endif /* REVMAP_HTTPD_MODULE_H */
