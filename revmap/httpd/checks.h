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
 * @file checks.h
 * @brief What is done when all of the configuration is known
 */

#ifndef REVMAP_HTTPD_CHECKS_H
#define REVMAP_HTTPD_CHECKS_H

#include "revmap/httpd/module.h"

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

/** Put together what all public sides of each virtual host are, now that all
 *  rules are there. */
void revmap_complete_mounts(apr_pool_t *pconf, apr_pool_t *ptemp,
                            const server_rec *main_server);

#endif /* REVMAP_HTTPD_CHECKS_H */
