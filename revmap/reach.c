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

#include "revmap/reach.h"

/* The rules for one prefix of a backend's paths: all have the prefix, and the
 * common ancestor of their public paths, so that one of them tells both.  It is
 * one whose public path is longer than the ancestor, if there is any. */
typedef struct revmap_node {
    const revmap_rule *rule;
    apr_uint32_t prefix_len;
    apr_uint32_t ancestor_len;
} revmap_node;

/* The prefixes of all backends, for one public host or for all. */
struct revmap_reach {
    revmap_origin host;  /* must be first: it is found by that */
    revmap_index *here;  /* by which rules are for exactly this prefix */
    revmap_index *below; /* and for longer ones */
};

/* The backend of a rule, and the first bytes of its path. */
static revmap_key key_of_prefix(const revmap_rule *rule, apr_size_t len)
{
    return revmap_key_make(
        revmap_backend_origin(rule),
        revmap_slice_make(revmap_backend_path(rule).ptr, len));
}

static revmap_key key_of_node(const void *entry)
{
    const revmap_node *node = entry;

    return key_of_prefix(node->rule, node->prefix_len);
}

static revmap_slice ancestor_of(const revmap_node *node)
{
    return revmap_slice_make(revmap_public_path(node->rule).ptr,
                             node->ancestor_len);
}

/* Have the rules more than one public path? */
static int has_more(const revmap_node *node)
{
    return node->ancestor_len < node->rule->public_len;
}

/* Public sides without a host are kept under the empty one. */
static revmap_origin host_of(const revmap_origin *origin)
{
    revmap_origin none;

    if (origin) {
        return revmap_host_alone(origin);
    }
    memset(&none, 0, sizeof(none));
    none.host = REVMAP_LITERAL("");
    none.hash = REVMAP_NO_HASH;
    return none;
}

static struct revmap_reach *get_reach(const revmap_index *reaches,
                                      const revmap_origin *origin)
{
    revmap_origin host;

    if (!revmap_index_count(reaches)) {
        return NULL;
    }
    host = host_of(origin);
    return revmap_index_get_origin(reaches, &host);
}

static struct revmap_reach *make_reach(apr_pool_t *pool, revmap_index *reaches,
                                       const revmap_origin *origin)
{
    struct revmap_reach *reach = get_reach(reaches, origin);

    if (!reach) {
        reach = apr_pcalloc(pool, sizeof(*reach));
        reach->host = host_of(origin);
        reach->here = revmap_index_create(pool, key_of_node);
        reach->below = revmap_index_create(pool, key_of_node);
        revmap_index_add(reaches, reach);
    }
    return reach;
}

/* A public path in two parts, compared byte by byte. */
static char byte_at(revmap_slice prefix, revmap_slice rest, apr_size_t i)
{
    return i < prefix.len ? prefix.ptr[i] : rest.ptr[i - prefix.len];
}

static int is_end(revmap_slice prefix, revmap_slice rest, apr_size_t i)
{
    return i >= prefix.len + rest.len || byte_at(prefix, rest, i) == '/';
}

/* How many bytes of whole segments the first len bytes of one path share with
 * another one. */
static apr_size_t common(revmap_slice prefix, revmap_slice rest, apr_size_t len,
                         revmap_slice other, revmap_slice other_rest)
{
    apr_size_t shared = 0;
    apr_size_t i;

    for (i = 0; i <= len; i++) {
        int ends = i == len || byte_at(prefix, rest, i) == '/';

        if (ends && is_end(other, other_rest, i)) {
            shared = i;
        }
        if (i == len || i >= other.len + other_rest.len
            || byte_at(prefix, rest, i) != byte_at(other, other_rest, i)) {
            break;
        }
    }
    return shared;
}

/* Count a rule among those for the prefix of this length. */
static void count(apr_pool_t *pool, revmap_index *nodes,
                  const revmap_rule *rule, apr_size_t len)
{
    revmap_slice none = REVMAP_LITERAL("");
    revmap_slice path = revmap_public_path(rule);
    revmap_slice ancestor;
    revmap_node *node = revmap_index_get(nodes, key_of_prefix(rule, len));

    if (!node) {
        node = apr_palloc(pool, sizeof(*node));
        node->rule = rule;
        node->prefix_len = (apr_uint32_t)len;
        node->ancestor_len = (apr_uint32_t)path.len;
        revmap_index_add(nodes, node);
        return;
    }
    ancestor = ancestor_of(node);
    node->ancestor_len =
        (apr_uint32_t)common(ancestor, none, ancestor.len, path, none);
    if (path.len > node->ancestor_len) {
        node->rule = rule;
    }
}

void revmap_reach_add(apr_pool_t *pool, revmap_map *map,
                      const revmap_rule *rule)
{
    struct revmap_reach *reach;
    revmap_slice path = revmap_backend_path(rule);
    apr_size_t i;

    if (rule->excluded || !rule->map) {
        return;
    }
    reach =
        make_reach(pool, rule->backend ? map->mounts->reaches : map->reaches,
                   revmap_public_origin(rule));
    for (i = 0; i < path.len; i++) {
        if (path.ptr[i] == '/') {
            count(pool, reach->below, rule, i);
        }
    }
    count(pool, reach->here, rule, path.len);
}

/* A public path while it is being shortened. */
typedef struct revmap_shortening {
    revmap_slice path; /* of the backend */
    revmap_slice prefix;
    revmap_slice rest;
    apr_size_t len;
} revmap_shortening;

static void shorten(revmap_shortening *s, revmap_slice other,
                    revmap_slice other_rest)
{
    s->len = common(s->prefix, s->rest, s->len, other, other_rest);
}

/* The first bytes of the path are all of it, but for what may end it. */
static void shorten_by_below(revmap_shortening *s, const revmap_index *below,
                             const revmap_origin *origin, apr_size_t len)
{
    const revmap_node *node = revmap_index_get(
        below, revmap_key_make(origin, revmap_slice_make(s->path.ptr, len)));

    if (node) {
        shorten(s, ancestor_of(node), REVMAP_LITERAL(""));
    }
}

/* All mounts above the path lead to it, each followed by the rest; those
 * below it lie below it. */
static void shorten_by(revmap_shortening *s, const struct revmap_reach *reach,
                       const revmap_origin *origin)
{
    apr_size_t len = s->path.len;
    revmap_walk walk;
    const revmap_node *node;

    revmap_walk_init(&walk, reach->here, origin, s->path, REVMAP_READ_BYTES);
    while ((node = revmap_walk_next(&walk)) != NULL) {
        shorten(s, ancestor_of(node),
                has_more(node) ? REVMAP_LITERAL("")
                               : revmap_slice_from(s->path, walk.matched));
    }
    shorten_by_below(s, reach->below, origin, len);
    if (len && revmap_path_boundary(s->path, len - 1)) {
        shorten_by_below(s, reach->below, origin, len - 1);
    }
}

/* By the mounts of the answering backend under all its names. */
static void shorten_by_names(revmap_shortening *s,
                             const revmap_exchange *exchange,
                             const struct revmap_reach *reach)
{
    revmap_names names;
    const revmap_origin *name;

    revmap_names_init(&names, exchange);
    while (reach && (name = revmap_names_next(&names)) != NULL) {
        shorten_by(s, reach, names.named ? names.named : name);
    }
}

/* Mounts of a named backend count wherever they are written, those of the
 * answering backend, whatever it is called, only where they hold. */
static void shorten_on_host(revmap_shortening *s,
                            const revmap_exchange *exchange,
                            const revmap_origin *host)
{
    const revmap_mounts *mounts;
    const revmap_scope *scope = exchange->scope;

    for (mounts = exchange->mounts; mounts; mounts = mounts->outer) {
        if (!host || mounts->hosted) {
            shorten_by_names(s, exchange, get_reach(mounts->reaches, host));
        }
    }
    for (; scope; scope = revmap_scope_next(scope, REVMAP_FRESH_RULES)) {
        const struct revmap_reach *reach = get_reach(scope->map->reaches, host);

        if (reach) {
            shorten_by(s, reach, NULL);
        }
    }
}

apr_size_t revmap_reach_ancestor(const revmap_exchange *exchange,
                                 revmap_slice path, revmap_slice prefix,
                                 revmap_slice rest)
{
    revmap_shortening s;

    s.path = path;
    s.prefix = prefix;
    s.rest = rest;
    s.len = prefix.len + rest.len;
    shorten_on_host(&s, exchange, NULL);
    if (exchange->asked) {
        shorten_on_host(&s, exchange, exchange->asked);
    }
    return s.len;
}
