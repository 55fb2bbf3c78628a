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

/* The map of a server, as a list for people.  Rules come from the compiled
 * maps, all other lines from httpd's own copy of the configuration, so that a
 * new directive is listed without being told here. */

#include "revmap/httpd/balancer.h"
#include "revmap/httpd/listing.h"

#include "apr_strings.h"

#include "revmap/cookie.h"
#include "revmap/httpd/directive.h"
#include "revmap/httpd/lines.h"

/* What is being listed, and what holds in it, whatever the section. */
typedef struct lister {
    apr_pool_t *pool;
    const server_rec *server;
    const revmap_scope *scope;
    const revmap_mounts *mounts;
    apr_array_header_t *sections; /* of revmap_listed_section */
} lister;

static revmap_listed_section *add_section(const lister *l, const char *title)
{
    revmap_listed_section *section = apr_array_push(l->sections);

    section->title = title;
    section->server = l->server;
    section->inherits_no_rules = 0;
    section->rules = apr_array_make(l->pool, 8, sizeof(revmap_listed_rule));
    section->settings =
        apr_array_make(l->pool, 4, sizeof(const ap_directive_t *));
    return section;
}

/* ---- rules -------------------------------------------------------------- */

static void add_rule(const revmap_listed_section *section,
                     const char *public_side, const char *backend_side,
                     const revmap_place *place, const char *remark)
{
    revmap_listed_rule *rule = apr_array_push(section->rules);

    rule->public_side = public_side;
    rule->backend_side = backend_side;
    rule->place = place;
    rule->remark = remark;
}

static const char *path_text(apr_pool_t *pool, revmap_slice path)
{
    return path.len ? apr_pstrmemdup(pool, path.ptr, path.len) : "/";
}

/* A side as it may be written in a RevMap line. */
static const char *side_text(apr_pool_t *pool, const revmap_origin *origin,
                             revmap_slice path)
{
    return apr_pstrcat(pool, origin ? revmap_origin_text(pool, origin) : "",
                       path_text(pool, path), path.len ? "/" : "", NULL);
}

/* What becomes of a cookie for the rule's backend path: the engine is asked,
 * because other mounts and RevMapCookiePath lines have their say.  It has no
 * name, so that no RevMapCookie line for one name has. */
static const char *cookie_text(const lister *l, const revmap_rule *rule)
{
    const char *path = path_text(l->pool, revmap_backend_path(rule));
    const char *cookie = apr_pstrcat(l->pool, "x; Path=", path, NULL);
    revmap_exchange exchange;
    revmap_outcome outcome;
    revmap_scope scope;

    scope.map = rule->map;
    scope.outer = l->scope;
    memset(&exchange, 0, sizeof(exchange));
    exchange.pool = l->pool;
    exchange.scope = &scope;
    exchange.mounts = l->mounts;
    exchange.backend = revmap_backend_origin(rule);
    exchange.asked = revmap_public_origin(rule);
    exchange.public_path = revmap_public_key(rule);
    revmap_exchange_prepare(&exchange);
    revmap_cookie_map(&exchange, revmap_slice_of(cookie), l->pool, &outcome);
    return apr_psprintf(l->pool, "cookie Path %s -> %.*s", path,
                        (int)outcome.cookie.path.len, outcome.cookie.path.ptr);
}

static void list_rule(const lister *l, const revmap_listed_section *section,
                      const revmap_rule *rule)
{
    const char *backend = side_text(l->pool, revmap_backend_origin(rule),
                                    revmap_backend_path(rule));

    if (rule->excluded) {
        add_rule(section, "!", backend, &rule->place, "");
        return;
    }
    add_rule(section,
             side_text(l->pool, revmap_public_origin(rule),
                       revmap_public_path(rule)),
             backend, &rule->place, cookie_text(l, rule));
}

static void list_rewrites(const revmap_listed_section *section,
                          const revmap_map *map)
{
    int i;

    for (i = 0; i < map->rewrites->nelts; i++) {
        const revmap_rewrite *rewrite =
            APR_ARRAY_IDX(map->rewrites, i, const revmap_rewrite *);

        add_rule(section, rewrite->public_side, rewrite->pattern,
                 &rewrite->place, "RevMapRewrite");
    }
}

/* What becomes a rule only when there is a request. */
static void list_late(const lister *l, const revmap_listed_section *section,
                      const revmap_map *map)
{
    int i;

    for (i = 0; map->late && i < map->late->list->nelts; i++) {
        const revmap_late *late =
            APR_ARRAY_IDX(map->late->list, i, const revmap_late *);
        const char *public_side =
            late->public_text
                ? late->public_text
                : side_text(l->pool, NULL, late->public_side.path);

        if (late->balancer) {
            add_rule(
                section, public_side,
                apr_pstrcat(l->pool, late->balancer, late->backend_text, NULL),
                &late->place, "and the members that are added while it runs");
        }
        else {
            add_rule(section, public_side, late->backend_text, &late->place,
                     "for each request");
        }
    }
}

static void list_map(const lister *l, revmap_listed_section *section,
                     const revmap_map *map)
{
    const revmap_rule *rule;

    section->inherits_no_rules = (map->fresh & REVMAP_FRESH_RULES) != 0;
    list_rewrites(section, map);
    for (rule = map->first; rule; rule = rule->following) {
        list_rule(l, section, rule);
    }
    list_late(l, section, map);
}

static void list_derived(const lister *l, const char *title,
                         const revmap_map *map)
{
    if (map) {
        list_map(l, add_section(l, title), map);
    }
}

static void list_underived(const lister *l, const apr_array_header_t *forward)
{
    const revmap_listed_section *section = NULL;
    int i;

    for (i = 0; i < forward->nelts; i++) {
        const revmap_pass *pass =
            APR_ARRAY_IDX(forward, i, const revmap_pass *);

        if (!pass->why_not) {
            continue;
        }
        if (!section) {
            section = add_section(l, "no rule derived");
        }
        add_rule(section, pass->fake, pass->real, &pass->place, pass->why_not);
    }
}

/* ---- what is written ---------------------------------------------------- */

static int is_rule(const ap_directive_t *line)
{
    return revmap_is_word(line->directive, "RevMap")
           || revmap_is_word(line->directive, "RevMapRewrite");
}

/* The map that was compiled from the lines beside this one, or NULL. */
static const revmap_map *map_beside(const lister *l, const ap_directive_t *line)
{
    const apr_array_header_t *written =
        revmap_server_config_of(l->server)->written;
    int i;

    for (i = 0; i < written->nelts; i++) {
        const revmap_section *section =
            &APR_ARRAY_IDX(written, i, revmap_section);

        if (section->where == line->parent) {
            return section->map;
        }
    }
    return NULL;
}

/* The lines of one section, then those of the sections in it. */
static void list_written(const lister *l, const ap_directive_t *first)
{
    const ap_directive_t *line = first;
    revmap_listed_section *section;

    while (line && !revmap_is_our_directive(line)) {
        line = line->next;
    }
    if (line) {
        const revmap_map *map = map_beside(l, line);

        section =
            add_section(l, revmap_section_title(l->pool, line, l->server));
        if (map) {
            list_map(l, section, map);
        }
        for (; line; line = line->next) {
            if (revmap_is_our_directive(line) && !is_rule(line)) {
                APR_ARRAY_PUSH(section->settings, const ap_directive_t *) =
                    line;
            }
        }
    }
    for (line = first; line; line = line->next) {
        if (!revmap_is_virtual_host(line)) {
            list_written(l, line->first_child);
        }
    }
}

/* The rules outside of all sections hold in each. */
static const revmap_scope *scope_of(const revmap_server_config *config,
                                    revmap_scope *written)
{
    int i;

    for (i = 0; i < config->written->nelts; i++) {
        const revmap_section *section =
            &APR_ARRAY_IDX(config->written, i, revmap_section);

        if (section->title[0] != '<') {
            written->map = section->map;
            written->outer = config->derived;
            return written;
        }
    }
    return config->derived;
}

apr_array_header_t *revmap_list(apr_pool_t *pool, const server_rec *server,
                                const ap_directive_t *lines,
                                const server_rec *heir)
{
    const revmap_server_config *config = revmap_server_config_of(server);
    int has_passes = !heir || revmap_server_config_of(heir)->inherits_passes;
    revmap_scope written;
    lister l;

    l.pool = pool;
    l.server = server;
    l.scope = scope_of(config, &written);
    l.mounts = config->mounts;
    l.sections = apr_array_make(pool, 8, sizeof(revmap_listed_section));
    list_written(&l, lines);
    if (has_passes) {
        list_derived(&l, "derived from ProxyPass", config->passes);
    }
    list_derived(&l, "derived from ProxyPass in <Location>", config->sections);
    if (has_passes) {
        list_underived(&l, config->forward);
    }
    return l.sections;
}

/* ---- the server --------------------------------------------------------- */

const char *revmap_server_text(apr_pool_t *pool, const server_rec *server)
{
    const char *name = server->server_hostname ? server->server_hostname : "-";

    return server->port
               ? apr_psprintf(pool, "%s:%u", name, (unsigned int)server->port)
               : name;
}

/* What is derived is in force only where RevMapAuto is on. */
const char *revmap_auto_text(const server_rec *server)
{
    const revmap_dir_config *config =
        ap_get_module_config(server->lookup_defaults, &revmap_module);

    return config->automatic == REVMAP_AUTO_ON          ? "On"
           : config->automatic == REVMAP_AUTO_PROXYPASS ? "ProxyPass"
                                                        : "Off";
}
