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
 * @file cookie_domain.h
 * @brief What becomes of a cookie's Domain
 */

#ifndef REVMAP_COOKIE_DOMAIN_H
#define REVMAP_COOKIE_DOMAIN_H

#include "revmap/exchange.h"

/** @return a Domain without the dot that may stand in front of it */
static inline revmap_slice revmap_domain_without_dot(revmap_slice domain)
{
    return domain.len && domain.ptr[0] == '.' ? revmap_slice_from(domain, 1)
                                              : domain;
}

/** @return the RevMapCookieDomain line for a Domain, or NULL; for
 *          revmap_domain_rule() */
const revmap_cookie_rule *revmap_domain_rule_in(const revmap_scope *scope,
                                                revmap_slice domain,
                                                apr_pool_t *pool);

/** @return the RevMapCookieDomain line for a Domain, or NULL
 *  @param domain without its dot, not empty
 *  @param pool for what the domain is found by */
static inline const revmap_cookie_rule *
revmap_domain_rule(const revmap_scope *scope, revmap_slice domain,
                   apr_pool_t *pool)
{
    while (scope && !scope->map->cookie_domains) {
        scope = revmap_scope_next(scope, REVMAP_FRESH_COOKIE_DOMAINS);
    }
    return scope ? revmap_domain_rule_in(scope, domain, pool) : NULL;
}

/**
 * Is a cookie to be without Domain?  The last one decides for the whole cookie:
 * if it has to go, all do, because one that was without effect until now would
 * take its place.
 * @param last the last Domain without its dot, not empty
 * @param pool for what the domain is found by
 * @param place set to the line that decides, if one does
 */
int revmap_domains_go(const revmap_exchange *exchange, revmap_slice last,
                      apr_pool_t *pool, const revmap_place **place);

#endif /* REVMAP_COOKIE_DOMAIN_H */
