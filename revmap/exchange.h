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
 *  members; everything it points to must outlive the evaluation. */
typedef struct revmap_exchange {
    apr_pool_t *pool;            /**< of the request */
    const revmap_scope *scope;   /**< the maps in force, NULL: none */
    const revmap_mounts *mounts; /**< of the virtual host */

    const revmap_origin *backend; /**< of the URL that was requested from the
                                       backend; NULL for FastCGI and the like,
                                       which have none */
    revmap_slice backend_site;    /**< how it is written there, if that is by
                                       http:// or https://; may be empty, and is
                                       if there is none */
    revmap_slice backend_target;  /**< its path and query; empty where there is
                                       no backend */
    const revmap_origin *told;    /**< the public authority, if the backend
                                       was told it and it is this site's own;
                                       with the scheme that it was told */

    const revmap_origin *asked; /**< what the client's Host header says,
                                     unverified: only ever compared with */
    const revmap_site *own;     /**< how this site names itself, or NULL */
    revmap_slice public_path;   /**< the path that the client requested */
    revmap_slice error_page;    /**< the path of what is sent in the place of
                                     that, or empty */
    revmap_slice public_query;  /**< its query with '?', or empty */

    int is_redirect;        /**< the status is 3xx */
    int repeats;            /**< the client would follow a redirect with
                                 the method it used */
    int absolute_redirects; /**< RevMapOrigin names an origin */

    /* Set by revmap_exchange_prepare(): */
    unsigned int holds;                 /**< see revmap_scope_holds() */
    const revmap_origin *backend_named; /**< see revmap_name_origin() */
    const revmap_origin *told_named;
    const revmap_rule *covering; /**< NULL: a rule names the backend, or there
                                      is none that says how it is called */
} revmap_exchange;

/**
 * Find out what does not depend on a single header.  Call it after the other
 * members are filled in, and again if the scope has changed.
 */
void revmap_exchange_prepare(revmap_exchange *exchange);

/** @return the path that was requested from the backend; empty where there is
 *          none */
revmap_slice revmap_requested_path(const revmap_exchange *exchange);

/** @return the query that was requested from it, with its '?'; or empty */
revmap_slice revmap_requested_query(const revmap_exchange *exchange);

/** Goes through the rules of a virtual host, whatever their section, whose
 *  public side is on the host that the client asked, on whatever port, and
 *  covers a path. */
typedef struct revmap_mount_walk {
    const revmap_exchange *exchange;
    const revmap_mounts *mounts; /**< that come next */
    revmap_slice path;
    int is_hosted; /**< of these, the public sides with a host come next */
    revmap_origin host;
    revmap_walk walk;
    const revmap_rule *rule; /**< that comes next */
} revmap_mount_walk;

/** Begin; @a path must stay valid until the end. */
void revmap_mount_walk_init(revmap_mount_walk *walk,
                            const revmap_exchange *exchange, revmap_slice path);

/** @return the next rule, in no particular order, or NULL */
const revmap_rule *revmap_mount_walk_next(revmap_mount_walk *walk);

/** Goes through the origins by which the answering backend may call itself:
 *  the one it was asked by, the public authority, and those of the rules
 *  through which this request came if no rule names the first. */
typedef struct revmap_names {
    const revmap_exchange *exchange;
    int stage;
    const revmap_origin *named; /**< how the rules name the last one, or NULL */
    revmap_mount_walk walk;
} revmap_names;

static inline void revmap_names_init(revmap_names *names,
                                     const revmap_exchange *exchange)
{
    names->exchange = exchange;
    names->stage = 0;
    names->named = NULL;
}

/** @return the next origin of a rule through which this request came, or NULL;
 *          those that revmap_names_next() gives before these are passed over */
const revmap_origin *revmap_names_covering(revmap_names *names);

/** @return the next origin, or NULL */
static inline const revmap_origin *revmap_names_next(revmap_names *names)
{
    const revmap_exchange *exchange = names->exchange;

    while (names->stage < 2) {
        int is_second = names->stage++ == 1;
        const revmap_origin *name =
            is_second ? exchange->told : exchange->backend;

        if (name) {
            names->named =
                is_second ? exchange->told_named : exchange->backend_named;
            return name;
        }
    }
    return exchange->covering ? revmap_names_covering(names) : NULL;
}

/** @return the origin by which the rules name @a origin: itself, or the same
 *          host by the other scheme if only that one is named; else NULL */
const revmap_origin *revmap_name_origin(const revmap_exchange *exchange,
                                        const revmap_origin *origin);

/** @return non-zero if two origins of one host are two backends: rules name
 *          both, by different schemes */
int revmap_are_apart(const revmap_exchange *exchange, const revmap_origin *a,
                     const revmap_origin *b);

/** @return non-zero if @a origin is the answering backend */
int revmap_is_answering(const revmap_exchange *exchange,
                        const revmap_origin *origin);

/** @return non-zero if the request can have come through the rule's public
 *          side */
int revmap_is_entrance(const revmap_exchange *exchange,
                       const revmap_rule *rule);

/** revmap_same_authority() of two whose hosts have the same hash. */
int revmap_same_authority_text(const revmap_origin *a, const revmap_origin *b);

/** @return non-zero if both are the same host and port, default ports of
 *          different schemes counting as the same */
static inline int revmap_same_authority(const revmap_origin *a,
                                        const revmap_origin *b)
{
    return a->hash == b->hash && revmap_same_authority_text(a, b);
}

#endif /* REVMAP_EXCHANGE_H */
