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

/** @return the RevMapCookieDomain line for a Domain, or NULL
 *  @param domain without its dot, not empty
 *  @param pool for what the domain is found by */
const revmap_cookie_rule *revmap_domain_rule(const revmap_scope *scope,
                                             revmap_slice domain,
                                             apr_pool_t *pool);

/** @return non-zero if a Domain is the answering backend's own host or one
 *          above it, but not of the host that the client asked: for the
 *          browser it names nobody
 *  @param domain without its dot, not empty */
int revmap_domain_is_backend(const revmap_exchange *exchange,
                             revmap_slice domain);

#endif /* REVMAP_COOKIE_DOMAIN_H */
