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
 * @file balancer.h
 * @brief mod_proxy, its balancers, and the rules that can only be completed
 *        when there is a request
 */

#ifndef REVMAP_HTTPD_BALANCER_H
#define REVMAP_HTTPD_BALANCER_H

#include "ap_expr.h"

#include "revmap/httpd/module.h"

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

#endif /* REVMAP_HTTPD_BALANCER_H */
