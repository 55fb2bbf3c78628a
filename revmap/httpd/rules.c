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

/* RevMap and RevMapRewrite. */

#include "revmap/httpd/balancer.h"
#include "revmap/httpd/checks.h"
#include "revmap/httpd/directive.h"
#include "revmap/httpd/file.h"

#include "apr_lib.h"
#include "apr_strings.h"

#include "revmap/rewrite.h"

#include "http_log.h"

APLOG_USE_MODULE(revmap);

/* "retry=0", "nocanon": what follows the URL in a ProxyPass line. */
static int is_proxy_pass_option(const char *word)
{
    const char *c = word;

    while (apr_isalpha(*c)) {
        c++;
    }
    return (c > word && *c == '=') || revmap_is_word(word, "interpolate")
           || revmap_is_word(word, "nocanon")
           || revmap_is_word(word, "noquery");
}

/* What is common in other directives, and means nothing here. */
static const char *check_word(cmd_parms *cmd, const char *word)
{
    if (!ap_cstr_casecmpn(word, "expr=", 5)) {
        return apr_psprintf(cmd->pool,
                            "'%s' is an expression anyway: write it without "
                            "'expr='",
                            word);
    }
    if (is_proxy_pass_option(word)) {
        return apr_psprintf(cmd->pool,
                            "'%s' is an option of ProxyPass: leave it out "
                            "here",
                            word);
    }
    if (revmap_is_word(word, "on") || revmap_is_word(word, "off")) {
        return apr_psprintf(cmd->pool,
                            "'%s' is no side of a rule: write 'RevMap none' to "
                            "forget outer rules, 'RevMapEngine Off', or "
                            "'RevMapAuto On'",
                            word);
    }
    return NULL;
}

static const char *check_words(cmd_parms *cmd, int argc, char *const argv[])
{
    const char *error = NULL;
    int i;

    for (i = 0; !error && i < argc; i++) {
        error = check_word(cmd, argv[i]);
    }
    if (error) {
        return error;
    }
    if (argc && argv[0][0] == '!' && argv[0][1]) {
        return apr_psprintf(cmd->pool,
                            "'%s' lacks a blank: write "
                            "'RevMap ! http://backend/never/'",
                            argv[0]);
    }
    if (!argc) {
        return "a URL is missing: write 'RevMap /public/ http://backend/', "
               "or 'RevMap http://backend/' within <Location /public/>";
    }
    if (argc > 2) {
        return apr_psprintf(cmd->pool,
                            "'%s' is one word too many: a rule is the public "
                            "side and the backend side",
                            argv[2]);
    }
    return NULL;
}

static const char *public_side_of_section(cmd_parms *cmd, revmap_side *side,
                                          const char *backend)
{
    const char *location = revmap_plain_location(cmd);

    if (!location) {
        return apr_psprintf(cmd->pool,
                            "'%s' stands alone outside of a plain <Location>: "
                            "write the public side in front of it, like "
                            "'RevMap /public/ %s'",
                            backend, backend);
    }
    revmap_side_of_path(cmd->pool, side, location);
    return NULL;
}

static const ap_expr_info_t *parse_expression(cmd_parms *cmd, const char *text,
                                              const char **error)
{
    const char *why = NULL;
    const ap_expr_info_t *expression = ap_expr_parse_cmd(
        cmd, text, AP_EXPR_FLAG_STRING_RESULT | AP_EXPR_FLAG_DONT_VARY, &why,
        NULL);

    if (why) {
        *error = apr_psprintf(cmd->pool,
                              "'%s' is no expression that can be parsed (%s)",
                              text, why);
    }
    return expression;
}

static const char *exclude(cmd_parms *cmd, revmap_map *map, const char *backend)
{
    const revmap_rule *twice;
    revmap_side_kind kind;
    revmap_side side;
    const char *error;

    if (strstr(backend, "%{")) {
        return apr_psprintf(cmd->pool,
                            "'%s' has an expression, which cannot stand behind "
                            "'!': write the URL itself, in an <If> if need be",
                            backend);
    }
    error = revmap_side_parse_backend(cmd->pool, &side, &kind, backend);
    if (error) {
        return error;
    }
    if (kind == REVMAP_SIDE_NOTHING) {
        return apr_psprintf(cmd->pool,
                            "'%s' names nothing that a header could hold: "
                            "write a path, like '! /static/'",
                            backend);
    }
    revmap_map_add(map, NULL, &side, revmap_place_of(cmd), &twice);
    return NULL;
}

/* A side with %{...} waits for the request. */
static const char *add_expression(cmd_parms *cmd, revmap_map *map,
                                  const char *public_side, const char *backend)
{
    revmap_late late;
    revmap_side_kind kind;
    revmap_side side;
    const char *error = NULL;

    memset(&late, 0, sizeof(late));
    late.place = revmap_place_of(cmd);
    late.order = revmap_map_take_place(map);
    late.public_text = public_side;
    late.backend_text = backend;
    if (!public_side) {
        error = public_side_of_section(cmd, &late.public_side, backend);
    }
    else if (strstr(public_side, "%{")) {
        late.public_expr = parse_expression(cmd, public_side, &error);
    }
    else {
        error =
            revmap_side_parse_public(cmd->pool, &late.public_side, public_side);
    }
    if (!error && strstr(backend, "%{")) {
        late.backend_expr = parse_expression(cmd, backend, &error);
    }
    else if (!error) {
        error = revmap_side_parse_backend(cmd->pool, &side, &kind, backend);
    }
    if (!error) {
        revmap_add_late(map, &late);
    }
    return error;
}

/* A path of the backend leads to this site's own host, unless the two sides
 * were swapped. */
static void expect_own_host(cmd_parms *cmd, revmap_map *map,
                            const revmap_side *public_side, const char *backend)
{
    const char *origin = revmap_origin_text(cmd->pool, &public_side->origin);

    revmap_expect_own_host(cmd, map, &public_side->origin,
                           apr_psprintf(cmd->pool, "RevMap %s %s%.*s/", backend,
                                        origin, (int)public_side->path.len,
                                        public_side->path.ptr));
}

static const char *add_rule(cmd_parms *cmd, revmap_map *map,
                            const revmap_side *public_side, const char *backend)
{
    const revmap_rule *twice = NULL;
    revmap_side_kind kind;
    revmap_side side;
    const char *error;

    if (revmap_is_balancer(backend)) {
        return revmap_expect_balancer(cmd, map, public_side, backend);
    }
    error = revmap_side_parse_backend(cmd->pool, &side, &kind, backend);
    if (error) {
        return error;
    }
    if (kind == REVMAP_SIDE_NOTHING) {
        revmap_warn(cmd,
                    apr_psprintf(cmd->temp_pool,
                                 "'%s' does nothing: no header names a backend "
                                 "by such a URL; write the URL or the path by "
                                 "which the application calls itself",
                                 backend));
        return NULL;
    }
    if (public_side->has_origin && !side.has_origin) {
        expect_own_host(cmd, map, public_side, backend);
    }
    revmap_map_add(map, public_side, &side, revmap_place_of(cmd), &twice);
    if (twice) {
        revmap_warn(cmd, apr_psprintf(cmd->temp_pool,
                                      "says the same as line %u of %s",
                                      twice->place.line, twice->place.file));
    }
    return NULL;
}

/* RevMap [public] backend | ! backend | none */
const char *revmap_set_rule(cmd_parms *cmd, void *dir_config, int argc,
                            char *const argv[])
{
    revmap_map *map;
    revmap_side side;
    const char *error = revmap_check_context(cmd);

    if (error) {
        return error;
    }
    map = revmap_map_of(cmd, dir_config);
    error = check_words(cmd, argc, argv);
    if (error) {
        return revmap_complain(cmd, error);
    }
    if (revmap_is_word(argv[0], "none")) {
        revmap_map_start_afresh(map, REVMAP_FRESH_RULES);
        revmap_forget_files(cmd->server, map);
        return revmap_check_none(cmd, argc > 1 ? argv[1] : NULL);
    }
    if (!strcmp(argv[argc - 1], "!")) {
        return revmap_complain(cmd, "'!' comes first: write "
                                    "'RevMap ! http://backend/never/'");
    }
    if (!strcmp(argv[0], "!")) {
        return revmap_complain(cmd, exclude(cmd, map, argv[1]));
    }
    if (strstr(argv[0], "%{") || strstr(argv[argc - 1], "%{")) {
        return revmap_complain(cmd, add_expression(cmd, map,
                                                   argc == 1 ? NULL : argv[0],
                                                   argv[argc - 1]));
    }
    error = argc == 1 ? public_side_of_section(cmd, &side, argv[0])
                      : revmap_side_parse_public(cmd->pool, &side, argv[0]);
    if (!error) {
        error = add_rule(cmd, map, &side, argv[argc - 1]);
    }
    return revmap_complain(cmd, error);
}

/* ---- RevMapRewrite ------------------------------------------------------ */

/* A path that leads to another site: the two sides were swapped, as in a
 * ProxyPassMatch line. */
static void expect_own_site(cmd_parms *cmd, revmap_map *map,
                            const revmap_rewrite *rewrite)
{
    const char *origin;
    const char *dot;
    const char *instead = "RevMapRewrite ";
    revmap_url url;

    if (!rewrite->on_path || rewrite->host_pieces
        || revmap_url_parse(&url, revmap_slice_of(rewrite->public_side))
        || url.form != REVMAP_FORM_ABSOLUTE) {
        return;
    }
    origin = revmap_origin_text(cmd->pool, &url.origin);
    for (; (dot = strchr(origin, '.')) != NULL; origin = dot + 1) {
        instead = apr_pstrcat(
            cmd->pool, instead,
            apr_pstrmemdup(cmd->temp_pool, origin, (apr_size_t)(dot - origin)),
            "[.]", NULL);
    }
    revmap_expect_own_host(
        cmd, map, &url.origin,
        apr_pstrcat(cmd->pool, instead, origin, "/(.*) /public/$1", NULL));
}

/* What is for RevMap, and as a regular expression matches no URL. */
static const char *check_is_regex(cmd_parms *cmd, const char *pattern)
{
    if (revmap_is_word(pattern, "none")) {
        return apr_psprintf(cmd->pool,
                            "'%s' matches no URL: write 'RevMap none', which "
                            "forgets RevMapRewrite lines, too",
                            pattern);
    }
    if (pattern[0] == '!') {
        return apr_psprintf(cmd->pool,
                            "'%s' excludes nothing: write "
                            "'RevMap ! http://backend/never/'",
                            pattern);
    }
    return NULL;
}

/* RevMapRewrite regex public */
const char *revmap_set_rewrite(cmd_parms *cmd, void *dir_config,
                               const char *pattern, const char *public_side)
{
    revmap_rewrite *rewrite = apr_pcalloc(cmd->pool, sizeof(*rewrite));
    const char *error = revmap_check_context(cmd);
    const ap_regex_t *regex = NULL;
    revmap_map *map;

    if (error) {
        return error;
    }
    error = check_is_regex(cmd, pattern);
    if (!error) {
        error = revmap_compile_regex(cmd, pattern, 1, &regex);
    }
    if (!error) {
        error = revmap_rewrite_parse(cmd->pool, rewrite, public_side,
                                     (int)regex->re_nsub);
    }
    if (!error) {
        map = revmap_map_of(cmd, dir_config);
        rewrite->place = revmap_place_of(cmd);
        rewrite->pattern = pattern;
        rewrite->public_side = public_side;
        rewrite->regex = regex;
        rewrite->match = revmap_match_regex;
        rewrite->on_path = pattern[pattern[0] == '^'] == '/';
        revmap_map_add_rewrite(map, rewrite);
        expect_own_site(cmd, map, rewrite);
    }
    return revmap_complain(cmd, error);
}
