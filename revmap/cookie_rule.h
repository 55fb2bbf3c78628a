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
 * @file cookie_rule.h
 * @brief The words of RevMapCookiePath and RevMapCookieDomain
 */

#ifndef REVMAP_COOKIE_RULE_H
#define REVMAP_COOKIE_RULE_H

#include "revmap/map.h"

/** @return "." and the domain in lower case: all that is found by, from its
 *          second byte on as a host, from each of its dots on as a suffix */
const char *revmap_cookie_domain_key(apr_pool_t *pool, revmap_slice domain);

/**
 * Make a RevMapCookiePath rule.
 * @param pool for the answer
 * @param rule filled in, but for its place; its texts are the two that are
 *        given, which must outlive it
 * @param internal the beginning of the backend's Path
 * @param public_side what takes its place, as it is spelled
 * @return NULL, or what is wrong and what to write instead
 */
const char *revmap_cookie_path_rule(apr_pool_t *pool, revmap_cookie_rule *rule,
                                    const char *internal,
                                    const char *public_side);

/**
 * Make a RevMapCookieDomain rule.
 * @param pool for what it is found by, and for the answer
 * @param rule filled in, likewise
 * @param internal the backend's Domain, a host or a ".suffix"
 * @param public_side a host, or "remove"
 * @return NULL, or what is wrong and what to write instead
 */
const char *revmap_cookie_domain_rule(apr_pool_t *pool,
                                      revmap_cookie_rule *rule,
                                      const char *internal,
                                      const char *public_side);

#endif /* REVMAP_COOKIE_RULE_H */
