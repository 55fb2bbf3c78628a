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
#include "ap_expr.h"

#include "revmap/forward.h"
#include "revmap/header.h"
#include "revmap/noinline.h"
#include "revmap/side.h"

#if !AP_MODULE_MAGIC_AT_LEAST(20120211, 61)
#error "mod_revmap needs httpd 2.4.23 or later"
#endif

extern module AP_MODULE_DECLARE_DATA revmap_module;

/** RevMapEngine. */
typedef enum revmap_engine {
    REVMAP_ENGINE_UNSET = 0,
    REVMAP_ENGINE_OFF,
    REVMAP_ENGINE_DRY_RUN, /**< everything but the change */
    REVMAP_ENGINE_ON
} revmap_engine;

/** RevMapOrigin. */
typedef enum revmap_origin_mode {
    REVMAP_ORIGIN_UNSET = 0,
    REVMAP_ORIGIN_AUTO,
    REVMAP_ORIGIN_SERVER,
    REVMAP_ORIGIN_URL
} revmap_origin_mode;

/** RevMapAuto. */
typedef enum revmap_auto {
    REVMAP_AUTO_UNSET = 0,
    REVMAP_AUTO_OFF,
    REVMAP_AUTO_PROXYPASS,
    REVMAP_AUTO_ON
} revmap_auto;

/** The configuration of a section. */
typedef struct revmap_dir_config {
    revmap_map *map;           /**< of this section's own lines, or NULL */
    const revmap_scope *scope; /**< the maps in force, this one first */
    revmap_engine engine;
    revmap_auto automatic;
    revmap_origin_mode origin_mode;
    const revmap_site *origin; /**< for REVMAP_ORIGIN_URL */
} revmap_dir_config;

/** The configuration of a server. */
typedef struct revmap_server_config {
    revmap_mounts *mounts;         /**< the public sides written outside of its
                                        sections, the others chained to it: */
    revmap_mounts *pass_mounts;    /**< of the derived map passes */
    revmap_mounts *section_mounts; /**< of all its sections */
    apr_array_header_t *written;   /**< of revmap_section */
    apr_array_header_t *files;     /**< of revmap_file_use */
    revmap_auto automatic;         /**< what RevMapAuto is somewhere in it, the
                                        most of it; never REVMAP_AUTO_OFF */
    revmap_map *passes;            /**< derived from ProxyPass lines of the
                                        server, NULL: none */
    revmap_map *sections;          /**< from those in its <Location>s */
    const revmap_scope *derived; /**< all that apply here, main server's too */
    apr_array_header_t *forward; /**< of revmap_pass pointers */
    revmap_index *prefixes;      /**< of those that match by a prefix */
    revmap_index *section_prefixes; /**< the same in its <Location>s */
    int inherits_passes;            /**< ProxyPassInherit */
    const revmap_origin *name;      /**< of ServerName, host alone; NULL: it is
                                         none that can be read */
} revmap_server_config;

/** The map of a section, for those who look at the configuration. */
typedef struct revmap_section {
    const char *title;           /**< "<Location /app/>", or "server config" */
    const ap_directive_t *where; /**< the innermost section, or NULL */
    revmap_map *map;
} revmap_section;

/** A line of the forward configuration. */
typedef struct revmap_pass {
    revmap_place place;
    const char *directive;
    const char *fake;
    const char *prefix; /**< by which it matches, NULL: by a pattern */
    const char *real;
    int in_section;
    int is_pattern;
    int is_interpolated;
    int is_encoded;      /**< mod_proxy does not escape its paths */
    const char *why_not; /**< NULL: a rule was derived */
} revmap_pass;

/** A rule that can only be completed when there is a request. */
typedef struct revmap_late {
    revmap_place place;
    unsigned int order;                /**< among the rules of its map */
    revmap_side public_side;           /**< if public_expr is NULL */
    const char *public_text;           /**< as written; NULL: a <Location> */
    const ap_expr_info_t *public_expr; /**< %{...} */
    const ap_expr_info_t *backend_expr;
    const char *backend_text; /**< if both are NULL: its members' path */
    const char *balancer;     /**< "balancer://name" in lower case, or NULL */
    int known;                /**< how many members have their rule already */
    const struct revmap_late *next; /**< of the same balancer */
} revmap_late;

/** Those of a map. */
struct revmap_late_rules {
    apr_array_header_t *list;        /**< of revmap_late pointers: all */
    apr_array_header_t *expressions; /**< of those with %{...}, likewise */
    revmap_index *members;           /**< of the others, by balancer */
};

/** The four of httpd's module record: what there is for each section and each
 *  server, and how an inner one takes from an outer one what it does not say
 *  itself. */
void *revmap_create_dir_config(apr_pool_t *pool, char *dir);
void *revmap_merge_dir_config(apr_pool_t *pool, void *base, void *add);
void *revmap_create_server_config(apr_pool_t *pool, server_rec *server);
void *revmap_merge_server_config(apr_pool_t *pool, void *base, void *add);

/** @return non-zero while the configuration is read for the first of two
 *          times, when nothing needs to be said about it */
int revmap_is_rehearsal(void);

/** @return non-zero for `httpd -t`, which is to find mistakes; a server that
 *          runs goes on with a warning */
int revmap_is_config_test(void);

/** @return the configuration of a server; virtual hosts in which nothing of
 *          ours is written may share that of the main server */
revmap_server_config *revmap_server_config_of(const server_rec *server);

/** The directives. */
extern const command_rec revmap_directives[];

/** Forget what the last reading of the configuration left to be checked.  To be
 *  called when httpd has read all lines, and no directive is there yet. */
void revmap_begin_config(apr_pool_t *pconf);

/**
 * To be checked at the end: a public side is on the virtual host's own host,
 * which it has to be where the backend side is a path.
 * @param map of the rule
 * @param origin of the public side
 * @param instead the line with its two sides swapped
 */
void revmap_expect_own_host(const cmd_parms *cmd, revmap_map *map,
                            const revmap_origin *origin, const char *instead);

/** To be completed at the end: a rule for each member of a balancer.
 *  @return NULL, or what is wrong with "balancer://name/path" */
const char *revmap_expect_balancer(const cmd_parms *cmd, revmap_map *map,
                                   const revmap_side *public_side,
                                   const char *backend);

/** To be done at the end: the forward configuration is read backwards. */
void revmap_expect_derivation(void);

/** To be checked at the end: there is a rule that RevMapEngine can run. */
void revmap_expect_work(const cmd_parms *cmd);

/**
 * Check what can only be told when all of the configuration is known.
 * @return OK, or HTTP_INTERNAL_SERVER_ERROR to refuse it; only `httpd -t`
 *         refuses, a running server that is restarted goes on with a warning
 */
int revmap_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *server);

/**
 * Read the forward configuration backwards, for each server.
 * @param server the main server
 */
void revmap_derive(apr_pool_t *pconf, apr_pool_t *ptemp, server_rec *server);

/**
 * Add a rule for each member of a balancer to a map.
 * @param pool for the texts of its members
 * @param server where the balancer is looked for
 * @param late says what the rule is like; the members that it knows already
 *        are passed over
 * @return how many members there are, -1 if the balancer is not known
 */
int revmap_add_members(apr_pool_t *pool, const server_rec *server,
                       const revmap_late *late, revmap_map *map);

/** @return the URL of a balancer's first member; NULL if it has none */
const char *revmap_first_member(apr_pool_t *pool, const server_rec *server,
                                const char *name);

/** Look for mod_proxy, before the configuration is read. */
void revmap_find_proxy(void);

/** @return mod_proxy, or NULL if it is not loaded */
const module *revmap_proxy_module(void);

/** @return non-zero if the balancer has more members than are known */
int revmap_has_new_members(const server_rec *server, const revmap_late *late);

/** @return non-zero for "balancer://..." */
int revmap_is_balancer(const char *url);

/** Split "balancer://name/path".
 *  @return "balancer://name"; @a path is what follows, maybe "" */
const char *revmap_split_balancer(apr_pool_t *pool, const char *url,
                                  const char **path);

/** @return what a map notes of a balancer, by its name in lower case, or
 *          NULL */
const revmap_late *revmap_late_members(const revmap_map *map, const char *name);

/** Note for a map what has to be completed for each request. */
void revmap_add_late(revmap_map *map, const revmap_late *late);

/**
 * Put together the maps that apply to a request: the written ones, what has
 * to be completed first, and the derived ones.
 * @param exchange has the written ones
 */
void revmap_complete_scope(request_rec *r, const revmap_dir_config *config,
                           revmap_exchange *exchange);

/**
 * Add a rule that leads from what was requested from the backend to what the
 * client requested, unless the others do so.
 * @param exchange prepared, and of a backend that has an origin
 */
void revmap_add_rule_of_request(request_rec *r, revmap_exchange *exchange);

/** Put together what all public sides of each virtual host are, now that all
 *  rules are there. */
void revmap_complete_mounts(apr_pool_t *pconf, apr_pool_t *ptemp,
                            const server_rec *main_server);

/** Print all maps for `httpd -t -D DUMP_REVMAP`. */
void revmap_dump(apr_pool_t *pool, server_rec *server);

/** Print RevMap lines for the ProxyPassReverse lines of the configuration, for
 *  `httpd -t -D REVMAP_MIGRATE`. */
void revmap_migrate(apr_pool_t *pool);

/** @return the host by whose name httpd looks for the virtual host */
revmap_origin revmap_served_host(const revmap_origin *host);

/** @return non-zero if the host is the ServerName or a ServerAlias */
int revmap_is_server_name(const server_rec *server, const revmap_origin *host);

/** What stands behind a revmap_exchange, for as long as it is used. */
typedef struct revmap_facts {
    int is_gathered;
    revmap_exchange exchange;
    revmap_origin backend;
    revmap_origin told;
    revmap_origin asked;
    revmap_site own;
    revmap_site received; /**< set by revmap_gather_forward() */
    request_rec *r;
    const revmap_scope *written; /**< the maps but for what the request itself
                                      completes; NULL: none */
} revmap_facts;

/** Gather what is known of a marked request, unless that has been done. */
void revmap_know(request_rec *r, revmap_facts *facts);

/** @return non-zero if the request went to a backend and its response is to
 *          be mapped */
int revmap_is_to_be_mapped(request_rec *r);

/** What has come from the backend so far is mapped already; the final response
 *  may have it, too. */
void revmap_keep_mapped(request_rec *r);

/** Register what maps interim responses. */
void revmap_register_interim(void);

/**
 * Gather what the engine needs to know of a request.
 * @param r answered by mod_proxy
 * @param config of its section
 * @param facts filled in
 */
void revmap_gather_facts(request_rec *r, const revmap_dir_config *config,
                         revmap_facts *facts);

/**
 * Gather what the engine needs besides to map what the client sends.
 * @param r a request that goes to a backend, which is known by now
 * @param facts gathered; they must outlive @a forward
 * @param forward filled in
 */
void revmap_gather_forward(request_rec *r, revmap_facts *facts,
                           revmap_forwarding *forward);

#endif /* REVMAP_HTTPD_MODULE_H */
