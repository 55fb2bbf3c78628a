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
 * @file facts.h
 * @brief What the engine needs to know of a request
 */

#ifndef REVMAP_HTTPD_FACTS_H
#define REVMAP_HTTPD_FACTS_H

#include "revmap/forward.h"
#include "revmap/httpd/module.h"

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

/** @return the host by whose name httpd looks for the virtual host */
revmap_origin revmap_served_host(const revmap_origin *host);

/** @return non-zero if the host is the ServerName or a ServerAlias */
int revmap_is_server_name(const server_rec *server, const revmap_origin *host);

#endif /* REVMAP_HTTPD_FACTS_H */
