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
 * @file exchange.h
 * @brief What is known of one request and its response, and the names by
 *        which the backend that answered it may call itself
 */

#ifndef REVMAP_EXCHANGE_H
#define REVMAP_EXCHANGE_H

#include "revmap/map.h"

/** One request and its response.  The caller fills in all but the last
 *  member; everything it points to must outlive the evaluation. */
typedef struct revmap_exchange {
    const revmap_scope *scope;   /**< the maps in force, NULL: none */
    const revmap_mounts *mounts; /**< of the virtual host */

    const revmap_origin *backend; /**< of the URL that was requested from the
                                       backend; NULL for FastCGI and the like,
                                       which have none */
    revmap_slice backend_path;    /**< its path, empty where it is none */
    revmap_slice backend_query;   /**< its query with '?', or empty */
    const revmap_origin *told;    /**< the public authority, if the backend
                                       was told it and it is this site's own;
                                       with the scheme that it was told */

    const revmap_origin *asked; /**< what the client's Host header says,
                                     unverified: only ever compared with */
    const revmap_site *own;     /**< how this site names itself, or NULL */
    revmap_slice public_path;   /**< the path that the client requested */
    revmap_slice public_query;  /**< its query with '?', or empty */

    int is_redirect;        /**< the status is 3xx */
    int repeats;            /**< the client would follow a redirect with
                                 the method it used */
    int absolute_redirects; /**< RevMapOrigin names an origin */

    const revmap_rule *covering; /**< set by revmap_exchange_prepare() */
} revmap_exchange;

/**
 * Find out what does not depend on a single header.  Call it once, after the
 * other members are filled in.
 */
void revmap_exchange_prepare(revmap_exchange *exchange);

/** Goes through the origins by which the answering backend may call itself:
 *  the one it was asked by, the public authority, and those of the rules
 *  through which this request came if no rule names the first. */
typedef struct revmap_names {
    const revmap_exchange *exchange;
    const revmap_rule *rule;
    int stage;
} revmap_names;

void revmap_names_init(revmap_names *names, const revmap_exchange *exchange);

/** @return the next origin, or NULL */
const revmap_origin *revmap_names_next(revmap_names *names);

/** @return the origin by which the rules name @a origin: itself, the same
 *          host by the other scheme (in @a twin) if only that one is named,
 *          or NULL */
const revmap_origin *revmap_named_as(const revmap_exchange *exchange,
                                     const revmap_origin *origin,
                                     revmap_origin *twin);

/** @return non-zero if @a origin is the answering backend */
int revmap_is_answering(const revmap_exchange *exchange,
                        const revmap_origin *origin);

/** @return non-zero if the rule's public side is on the host that the client
 *          asked: it is, unless it names another one */
int revmap_is_for_this_host(const revmap_exchange *exchange,
                            const revmap_rule *rule);

/** @return non-zero if the request can have come through the rule's public
 *          side */
int revmap_is_entrance(const revmap_exchange *exchange,
                       const revmap_rule *rule);

/** @return non-zero if both are the same host and port, default ports of
 *          different schemes counting as the same */
int revmap_same_authority(const revmap_origin *a, const revmap_origin *b);

#endif /* REVMAP_EXCHANGE_H */
