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

/* httpd -t -D DUMP_REVMAP: the whole map, by virtual host and section, in a
 * form that compares well. */

#include "revmap/httpd/module.h"

#include "apr_strings.h"

#include "revmap/cookie.h"

/* Where the output goes, a pool for its texts, and what holds in the server
 * that is being printed, whatever the section. */
typedef struct printer {
    apr_file_t *out;
    apr_pool_t *pool;
    const revmap_scope *scope;
    const revmap_mounts *mounts;
} printer;

/* A line that belongs to a section: two sides, where it is written, and what
 * else there is to say. */
static void print_line(const printer *p, const char *public_side,
                       const char *backend_side, const revmap_place *place,
                       const char *remark)
{
    apr_file_printf(p->out, "    %-30s %-40s (%s:%u)%s%s\n", public_side,
                    backend_side, place->file, place->line, *remark ? " " : "",
                    remark);
}

static const char *path_text(apr_pool_t *pool, revmap_slice path)
{
    return path.len ? apr_pstrmemdup(pool, path.ptr, path.len) : "/";
}

/* A side as it may be written in a RevMap line. */
static const char *side_text(apr_pool_t *pool, const revmap_site *site,
                             revmap_slice path)
{
    return apr_pstrcat(pool, site ? site->text : "", path_text(pool, path),
                       path.len ? "/" : "", NULL);
}

/* What becomes of a cookie for the rule's backend path: the engine is asked,
 * because other mounts and RevMapCookiePath lines have their say. */
static const char *cookie_text(const printer *p, const revmap_rule *rule)
{
    const char *path = path_text(p->pool, rule->backend_path);
    const char *cookie = apr_pstrcat(p->pool, "x=1; Path=", path, NULL);
    revmap_exchange exchange;
    revmap_outcome outcome;
    revmap_scope scope;

    scope.map = rule->map;
    scope.outer = p->scope;
    memset(&exchange, 0, sizeof(exchange));
    exchange.scope = &scope;
    exchange.mounts = p->mounts;
    exchange.backend = rule->backend ? &rule->backend->origin : NULL;
    exchange.asked = rule->public_site ? &rule->public_site->origin : NULL;
    exchange.public_path = rule->public_key;
    revmap_exchange_prepare(&exchange);
    revmap_cookie_map(&exchange, revmap_slice_of(cookie), p->pool, &outcome);
    return apr_psprintf(p->pool, "cookie Path %s -> %s", path,
                        (outcome.value ? outcome.value : cookie)
                            + strlen("x=1; Path="));
}

static void print_rule(const printer *p, const revmap_rule *rule)
{
    const char *backend = side_text(p->pool, rule->backend, rule->backend_path);

    if (rule->excluded) {
        print_line(p, "!", backend, &rule->place, "");
        return;
    }
    print_line(p, side_text(p->pool, rule->public_site, rule->public_path),
               backend, &rule->place, cookie_text(p, rule));
}

static void print_rewrites(const printer *p, const revmap_map *map)
{
    int i;

    for (i = 0; i < map->rewrites->nelts; i++) {
        const revmap_rewrite *rewrite =
            APR_ARRAY_IDX(map->rewrites, i, const revmap_rewrite *);

        print_line(p, rewrite->public_side, rewrite->pattern, &rewrite->place,
                   "RevMapRewrite");
    }
}

/* What becomes a rule only when there is a request. */
static void print_late(const printer *p, const revmap_map *map)
{
    int i;

    for (i = 0; map->late && i < map->late->nelts; i++) {
        const revmap_late *late =
            APR_ARRAY_IDX(map->late, i, const revmap_late *);
        const char *public_side =
            late->public_text
                ? late->public_text
                : side_text(p->pool, NULL, late->public_side.path);

        if (late->balancer) {
            print_line(
                p, public_side,
                apr_pstrcat(p->pool, late->balancer, late->backend_text, NULL),
                &late->place, "and the members that are added while it runs");
        }
        else {
            print_line(p, public_side, late->backend_text, &late->place,
                       "for each request");
        }
    }
}

static void print_map(const printer *p, const char *title,
                      const revmap_map *map)
{
    int i;

    if (!map) {
        return;
    }
    apr_file_printf(p->out, "  %s%s\n", title,
                    map->fresh & REVMAP_FRESH_RULES ? " (inherits no rules)"
                                                    : "");
    print_rewrites(p, map);
    for (i = 0; i < map->list->nelts; i++) {
        print_rule(p, APR_ARRAY_IDX(map->list, i, const revmap_rule *));
    }
    print_late(p, map);
}

static void print_underived(const printer *p, const apr_array_header_t *forward)
{
    int titled = 0;
    int i;

    for (i = 0; i < forward->nelts; i++) {
        const revmap_pass *pass =
            APR_ARRAY_IDX(forward, i, const revmap_pass *);

        if (!pass->why_not) {
            continue;
        }
        if (!titled++) {
            apr_file_printf(p->out, "  no rule derived\n");
        }
        print_line(p, pass->fake, pass->real, &pass->place, pass->why_not);
    }
}

static void print_name(const printer *p, const server_rec *server)
{
    apr_file_printf(p->out, "%s",
                    server->server_hostname ? server->server_hostname : "-");
    if (server->port) {
        apr_file_printf(p->out, ":%u", (unsigned int)server->port);
    }
    if (server->defn_name) {
        apr_file_printf(p->out, " (%s:%u)\n", server->defn_name,
                        server->defn_line_number);
    }
    else {
        apr_file_printf(p->out, " (main server)\n");
    }
}

/* What is derived is in force only where RevMapAuto is on. */
static void print_auto(const printer *p, const server_rec *server)
{
    const revmap_dir_config *config =
        ap_get_module_config(server->lookup_defaults, &revmap_module);

    apr_file_printf(p->out, "  RevMapAuto %s\n",
                    config->automatic == REVMAP_AUTO_ON          ? "On"
                    : config->automatic == REVMAP_AUTO_PROXYPASS ? "ProxyPass"
                                                                 : "Off");
}

static void print_inherited(const printer *p,
                            const revmap_server_config *main_config,
                            int inherits_passes)
{
    if (inherits_passes && main_config->passes) {
        apr_file_printf(p->out, "  derived from ProxyPass of the main server: "
                                "see there\n");
    }
    if (main_config->sections) {
        apr_file_printf(p->out, "  derived from ProxyPass in <Location> of the "
                                "main server: see there\n");
    }
}

static void print_server(printer *p, const server_rec *server,
                         const server_rec *main_server)
{
    const revmap_server_config *config = revmap_server_config_of(server);
    revmap_scope written;
    int i;

    p->mounts = config->mounts;
    p->scope = config->derived;
    for (i = 0; i < config->written->nelts; i++) {
        const revmap_section *section =
            &APR_ARRAY_IDX(config->written, i, revmap_section);

        if (section->title[0] != '<') {
            written.map = section->map;
            written.outer = config->derived;
            p->scope = &written;
        }
    }
    print_name(p, server);
    print_auto(p, server);
    for (i = 0; i < config->written->nelts; i++) {
        const revmap_section *section =
            &APR_ARRAY_IDX(config->written, i, revmap_section);

        print_map(p, section->title, section->map);
    }
    print_map(p, "derived from ProxyPass", config->passes);
    print_map(p, "derived from ProxyPass in <Location>", config->sections);
    if (server != main_server) {
        print_inherited(p, revmap_server_config_of(main_server),
                        config->inherits_passes);
    }
    print_underived(p, config->forward);
}

/* A virtual host in which nothing of ours is written may share the record of
 * the main server. */
static int has_own_config(const server_rec *server,
                          const server_rec *main_server)
{
    return server == main_server
           || revmap_server_config_of(server)
                  != revmap_server_config_of(main_server);
}

void revmap_dump(apr_pool_t *pool, server_rec *server)
{
    const server_rec *main_server = server;
    printer p;

    p.pool = pool;
    if (apr_file_open_stdout(&p.out, pool) != APR_SUCCESS) {
        return;
    }
    apr_file_printf(p.out, "RevMap configuration:\n");
    for (; server; server = server->next) {
        if (has_own_config(server, main_server)) {
            print_server(&p, server, main_server);
        }
    }
}
