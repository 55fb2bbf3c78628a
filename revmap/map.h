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
 * @file map.h
 * @brief Rules, and the compiled map of one configuration section
 *
 * A map is filled while the configuration is read and never changed
 * afterwards, so that threads may share it.  Sections that apply to the same
 * request are chained from the inner to the outer one (revmap_scope); nothing
 * is copied when sections merge.
 */

#ifndef REVMAP_MAP_H
#define REVMAP_MAP_H

#include "revmap/index.h"

#include "apr_tables.h"

typedef struct revmap_map revmap_map;

/** Where in the configuration something was written. */
typedef struct revmap_place {
    const char *file;
    unsigned int line;
    unsigned int number; /**< of the line, for who counts; 0: none */
} revmap_place;

/** The origin of a public side, once for all rules of a map. */
typedef struct revmap_site {
    revmap_origin origin;      /**< must be first */
    const char *text;          /**< "scheme://host[:port]" */
    const revmap_origin *host; /**< the host, on whatever port and by whatever
                                    scheme */
} revmap_site;

/** The origin of a backend side, likewise. */
typedef struct revmap_backend {
    revmap_origin origin;   /**< must be first */
    unsigned int alone : 1; /**< no path of it leads to two public ones, see
                                 survey.h */
    char host[];            /**< its text */
} revmap_backend;

/** One side of a rule, see side.h. */
typedef struct revmap_side {
    int has_origin;
    revmap_origin origin;
    revmap_slice path; /**< URL text without trailing slash; "" is the root */
    int is_of_request; /**< of a public side: the request had its say in it, so
                            that its host proves nothing */
} revmap_side;

/** A rule: a public side and a backend side.  There may be very many, so that
 *  it is kept small. */
typedef struct revmap_rule {
    revmap_place place;             /**< must be first */
    const revmap_map *map;          /**< NULL: dropped by "RevMap none" */
    const revmap_backend *backend;  /**< NULL: the answering backend */
    const revmap_site *public_site; /**< NULL: the public side is a path */
    struct revmap_rule *next_mount; /**< with the same public host and path;
                                         only the first one's place is of
                                         account */
    struct revmap_rule *following;  /**< in its map */
    unsigned int order;             /**< among the rules of its map */
    apr_uint32_t backend_len;
    apr_uint32_t public_len;
    apr_uint32_t key_len;      /**< 0: the public path is its own normal form */
    unsigned int excluded : 1; /**< RevMap !: never rewritten */
    unsigned int of_request : 1; /**< see revmap_side */
    unsigned int nested : 1;    /**< the public path lies below the backend's */
    unsigned int semicolon : 1; /**< one stands in the public path */
    unsigned int shared : 1;    /**< of the first of its map with this backend
                                     side: it is not the only one */
    char paths[];               /**< the three, in the order of their lengths */
} revmap_rule;

/** @return the origin of the backend side, NULL if it has none */
static inline const revmap_origin *
revmap_backend_origin(const revmap_rule *rule)
{
    return rule->backend ? &rule->backend->origin : NULL;
}

/** @return the origin of the public side, NULL if it has none */
static inline const revmap_origin *revmap_public_origin(const revmap_rule *rule)
{
    return rule->public_site ? &rule->public_site->origin : NULL;
}

/** @return the path of the backend side: normal form, no trailing slash */
static inline revmap_slice revmap_backend_path(const revmap_rule *rule)
{
    return revmap_slice_make(rule->paths, rule->backend_len);
}

/** What a rule is found by: its backend side. */
static inline revmap_key revmap_rule_key(const void *entry)
{
    const revmap_rule *rule = entry;

    return revmap_key_make(revmap_backend_origin(rule),
                           revmap_backend_path(rule));
}

/** @return the path of the public side as written, without trailing slash */
static inline revmap_slice revmap_public_path(const revmap_rule *rule)
{
    return revmap_slice_make(rule->paths + rule->backend_len, rule->public_len);
}

/** @return the normal form of the path of the public side */
static inline revmap_slice revmap_public_key(const revmap_rule *rule)
{
    const char *behind = rule->paths + rule->backend_len + rule->public_len;

    return rule->key_len ? revmap_slice_make(behind, rule->key_len)
                         : revmap_public_path(rule);
}

/** The public sides of all rules of a virtual host, whatever the section. */
typedef struct revmap_mounts {
    revmap_index *index;               /**< of revmap_rule, by public host
                                            (or none) and path */
    unsigned int hosted;               /**< how many of them have a host */
    revmap_index *reaches;             /**< see reach.h */
    unsigned int lines;                /**< directives that give work */
    const struct revmap_mounts *outer; /**< that are looked at after these, or
                                            NULL */
} revmap_mounts;

/** Tries a regular expression; fills in the groups that took part. */
typedef int revmap_match_fn(const void *regex, const char *subject,
                            revmap_slice groups[10]);

/** A piece of a substitution: text, then a group (or none: -1). */
typedef struct revmap_piece {
    revmap_slice text;
    int group;
} revmap_piece;

/** A rule by regular expression. */
typedef struct revmap_rewrite {
    revmap_place place;      /**< must be first */
    const char *pattern;     /**< as written, for people */
    const char *public_side; /**< as written, for people */
    const void *regex;
    revmap_match_fn *match;
    int on_path;                /**< tried on paths, not on whole URLs */
    int host_pieces;            /**< how many pieces end inside the host */
    apr_array_header_t *pieces; /**< of revmap_piece */
} revmap_rewrite;

/** A RevMapCookiePath or RevMapCookieDomain line. */
typedef struct revmap_cookie_rule {
    revmap_place place; /**< must be first */
    const char *internal;
    const char *public_side; /**< NULL: remove the attribute */
    revmap_slice key;        /**< what it is found by */
    revmap_slice public_key; /**< of a path: what it leads to, likewise */
    int nested;              /**< that lies below what it is found by */
} revmap_cookie_rule;

/** What a section holds that most do without. */
enum {
    REVMAP_HOLDS_BARE = 1, /**< rules whose backend side has no origin */
    REVMAP_HOLDS_REWRITES = 2,
    REVMAP_HOLDS_COOKIE_PATHS = 4,
    REVMAP_HOLDS_COOKIE_DOMAINS = 8,
    REVMAP_HOLDS_QUERY = 16,
    REVMAP_HOLDS_COOKIES = 32
};

/** What the word "none" of a section keeps it from inheriting: that, and what
 *  is not among it. */
enum {
    REVMAP_FRESH_RULES = REVMAP_HOLDS_BARE | REVMAP_HOLDS_REWRITES,
    REVMAP_FRESH_COOKIE_PATHS = REVMAP_HOLDS_COOKIE_PATHS,
    REVMAP_FRESH_COOKIE_DOMAINS = REVMAP_HOLDS_COOKIE_DOMAINS,
    REVMAP_FRESH_QUERY = REVMAP_HOLDS_QUERY,
    REVMAP_FRESH_COOKIES = REVMAP_HOLDS_COOKIES,
    REVMAP_FRESH_HEADERS = 64,
    REVMAP_FRESH_REQUEST = 128
};

struct revmap_header_rules;
struct revmap_cookie_lines;

/** The compiled rules of one configuration section. */
struct revmap_map {
    apr_pool_t *pool;
    revmap_mounts *mounts;
    revmap_rule *first; /**< of its rules, in order */
    revmap_rule *last;
    unsigned int count;           /**< of its rules */
    unsigned int orders;          /**< how many places in the order are taken */
    revmap_index *rules;          /**< of revmap_rule, by backend side */
    revmap_index *backends;       /**< of revmap_backend */
    revmap_index *public_sites;   /**< of revmap_site */
    revmap_index *public_hosts;   /**< of revmap_origin, by host alone */
    apr_array_header_t *rewrites; /**< of revmap_rewrite pointers */
    revmap_index *cookie_paths;   /**< of revmap_cookie_rule; NULL: none */
    revmap_index *cookie_domains; /**< of revmap_cookie_rule; NULL: none */
    struct revmap_header_rules *headers; /**< NULL: none are named */
    apr_array_header_t *query; /**< of names of parameters, NULL if none */
    struct revmap_cookie_lines *cookies; /**< see cookie_line.h; NULL: none */
    unsigned int forwarded; /**< bits of the request headers that are named,
                                 see forward_header.h */
    revmap_index *reaches;  /**< of the rules without an origin, see reach.h */
    unsigned int afresh;    /**< how often its rules have been forgotten */
    unsigned int holds;     /**< REVMAP_HOLDS_* bits */
    unsigned int fresh;     /**< REVMAP_FRESH_* bits */
    int is_derived;         /**< its rules were not written by hand */
    apr_array_header_t *files; /**< of void pointers, NULL if none: further
                                    maps, which the caller looks up for each
                                    request */
    const struct revmap_map *completes; /**< it holds rules of that section
                                             which had to wait for a request */
    struct revmap_late_rules *late; /**< NULL: none; what the caller turns into
                                         such rules */
};

/** The maps that apply to a request, the inner section first. */
typedef struct revmap_scope {
    const revmap_map *map;
    const struct revmap_scope *outer;
} revmap_scope;

/** @return an empty set of public sides */
revmap_mounts *revmap_mounts_create(apr_pool_t *pool);

/** @return an empty map whose rules are also entered into @a mounts */
revmap_map *revmap_map_create(apr_pool_t *pool, revmap_mounts *mounts);

/**
 * Add a rule.
 * @param map owns the rule and copies of its texts
 * @param public_side NULL: URLs under the backend side are never rewritten
 * @param backend_side without origin: a path of the answering backend
 * @param place where it is written; the file name is not copied
 * @param twice set to an older rule with the same two sides, or NULL
 * @return the rule
 */
const revmap_rule *revmap_map_add(revmap_map *map,
                                  const revmap_side *public_side,
                                  const revmap_side *backend_side,
                                  revmap_place place,
                                  const revmap_rule **twice);

/** Take a place in the order of the rules of a map, for one that is added
 *  later.
 *  @return the place */
unsigned int revmap_map_take_place(revmap_map *map);

/** Add a rule, as revmap_map_add() does.
 *  @param order a place that was taken for it */
const revmap_rule *revmap_map_add_at(revmap_map *map, unsigned int order,
                                     const revmap_side *public_side,
                                     const revmap_side *backend_side,
                                     revmap_place place,
                                     const revmap_rule **twice);

/** Forget what was added so far and inherit nothing (the word "none").
 *  @param what REVMAP_FRESH_* bits */
void revmap_map_start_afresh(revmap_map *map, unsigned int what);

/** Add a rule by regular expression, which must live as long as the map; it is
 *  tried after the earlier ones. */
void revmap_map_add_rewrite(revmap_map *map, const revmap_rewrite *rewrite);

/** Add a cookie rule, the first of two with the same key winning.
 *  @param what REVMAP_HOLDS_COOKIE_PATHS or REVMAP_HOLDS_COOKIE_DOMAINS
 *  @return NULL, or the older rule with the same key */
const revmap_cookie_rule *revmap_map_add_cookie_rule(revmap_map *map,
                                                     unsigned int what,
                                                     revmap_cookie_rule *rule);

/** @return non-zero if nothing is written in the map itself, so that a scope
 *          can do without it */
int revmap_map_is_empty(const revmap_map *map);

/** @return a scope that begins with @a map; @a outer if that is NULL */
const revmap_scope *revmap_scope_chain(apr_pool_t *pool, const revmap_map *map,
                                       const revmap_scope *outer);

/**
 * Chain the maps of two scopes without copying them.
 * @param inner comes first
 * @param outer stays as it is
 * @return the new scope, allocated from @a pool
 */
const revmap_scope *revmap_scope_merge(apr_pool_t *pool,
                                       const revmap_scope *inner,
                                       const revmap_scope *outer);

/** @return the next scope outwards that still counts, or NULL
 *  @param what REVMAP_FRESH_*: what is being looked up */
static inline const revmap_scope *revmap_scope_next(const revmap_scope *scope,
                                                    unsigned int what)
{
    return (scope->map->fresh & what) ? NULL : scope->outer;
}

/** @return REVMAP_HOLDS_* bits: what there is in all sections that count */
unsigned int revmap_scope_holds(const revmap_scope *scope);

/** What a rule is found by among the mounts: its public side. */
revmap_key revmap_mount_key(const void *rule);

/** Note that no path of the backend of this origin, which a rule of the map
 *  names, leads to two public ones. */
void revmap_map_set_alone(revmap_map *map, const revmap_origin *origin);

/** @return the origin's host, on whatever port and by whatever scheme */
revmap_origin revmap_host_alone(const revmap_origin *origin);

/** @return the backend origin of a rule of the scope that is this one, or NULL
 *          if no rule has it */
const revmap_origin *revmap_scope_backend(const revmap_scope *scope,
                                          const revmap_origin *origin);

/** @return non-zero if a rule of the scope has this host, on whatever port, on
 *          its public side */
int revmap_scope_is_public_host(const revmap_scope *scope,
                                const revmap_origin *host);

/** @return non-zero if a rule belongs to a map of the scope */
int revmap_scope_has(const revmap_scope *scope, const revmap_rule *rule);

/** @return non-zero if the rule's public path covers @a path */
int revmap_rule_public_covers(const revmap_rule *rule, revmap_slice path);

#endif /* REVMAP_MAP_H */
