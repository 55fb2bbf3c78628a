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

/* The directives.  Each handler reads one line and adds what it says to the
 * map of its section; a mistake is answered with the bad word and what to
 * write instead. */

#include "revmap/httpd/module.h"

#include "apr_fnmatch.h"
#include "apr_lib.h"
#include "apr_strings.h"

#include "http_log.h"

#include "revmap/cookie.h"
#include "revmap/rewrite.h"
#include "revmap/side.h"

APLOG_USE_MODULE(revmap);

/* ---- where a directive stands ------------------------------------------- */

static int is_word(const char *word, const char *expected)
{
    return ap_cstr_casecmp(word, expected) == 0;
}

/* Sections in which a directive may stand, one within the other. */
static int is_allowed_section(const char *name)
{
    return is_word(name, "<VirtualHost") || is_word(name, "<Location")
           || is_word(name, "<LocationMatch") || is_word(name, "<If")
           || is_word(name, "<ElseIf") || is_word(name, "<Else");
}

static const char *check_context(cmd_parms *cmd)
{
    const ap_directive_t *section = cmd->directive->parent;

    while (section && is_allowed_section(section->directive)) {
        section = section->parent;
    }
    if (!section) {
        return NULL;
    }
    return apr_psprintf(cmd->pool,
                        "%s cannot occur within %s> section: write it into a "
                        "<Location>, a <VirtualHost> or the server config",
                        cmd->cmd->name, section->directive);
}

/* The path of the plain <Location> around a directive, or NULL if there is
 * none or it is a pattern. */
static const char *plain_location(cmd_parms *cmd)
{
    const ap_directive_t *section = cmd->directive->parent;
    const char *args;
    char *path;
    char *end;

    while (section && !is_word(section->directive, "<Location")
           && !is_word(section->directive, "<LocationMatch")) {
        section = section->parent;
    }
    if (!section || !is_word(section->directive, "<Location")) {
        return NULL;
    }
    path = apr_pstrdup(cmd->temp_pool, section->args);
    end = strrchr(path, '>');
    if (end) {
        *end = '\0';
    }
    args = path;
    path = ap_getword_conf(cmd->temp_pool, &args);
    return path[0] == '/' && !apr_fnmatch_test(path) ? path : NULL;
}

/* The map of the section in which the directive stands. */
static revmap_map *map_of(cmd_parms *cmd, revmap_dir_config *config)
{
    const revmap_server_config *server =
        ap_get_module_config(cmd->server->module_config, &revmap_module);
    revmap_scope *scope;

    server->mounts->lines++;
    if (!config->map) {
        config->map = revmap_map_create(cmd->pool, server->mounts);
        scope = apr_pcalloc(cmd->pool, sizeof(*scope));
        scope->map = config->map;
        config->scope = scope;
    }
    return config->map;
}

static revmap_place place_of(const cmd_parms *cmd)
{
    revmap_place place;

    place.file = cmd->directive->filename;
    place.line = (unsigned int)cmd->directive->line_num;
    return place;
}

/* What is wrong, with the name of the directive in front. */
static const char *complain(const cmd_parms *cmd, const char *error)
{
    return error ? apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", error, NULL)
                 : NULL;
}

static void warn(const cmd_parms *cmd, const char *what)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, cmd->server,
                 "%s on line %d of %s: %s", cmd->cmd->name,
                 cmd->directive->line_num, cmd->directive->filename, what);
}

/* ---- RevMap ------------------------------------------------------------- */

/* "retry=0", "nocanon": what follows the URL in a ProxyPass line. */
static int is_proxy_pass_option(const char *word)
{
    const char *c = word;

    while (apr_isalpha(*c)) {
        c++;
    }
    return (c > word && *c == '=') || is_word(word, "interpolate")
           || is_word(word, "nocanon") || is_word(word, "noquery");
}

static const char *check_words(cmd_parms *cmd, int argc, char *const argv[])
{
    int i;

    for (i = 0; i < argc; i++) {
        if (is_proxy_pass_option(argv[i])) {
            return apr_psprintf(cmd->pool,
                                "'%s' is an option of ProxyPass: leave it "
                                "out here",
                                argv[i]);
        }
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
    const char *location = plain_location(cmd);

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

static const char *exclude(cmd_parms *cmd, revmap_map *map, const char *backend)
{
    const revmap_rule *twice;
    revmap_side_kind kind;
    revmap_side side;
    const char *error;

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
    revmap_map_add(map, NULL, &side, place_of(cmd), 0, &twice);
    return NULL;
}

static const char *add_rule(cmd_parms *cmd, revmap_map *map,
                            const revmap_side *public_side, const char *backend)
{
    const revmap_rule *twice = NULL;
    revmap_side_kind kind;
    revmap_side side;
    const char *error;

    error = revmap_side_parse_backend(cmd->pool, &side, &kind, backend);
    if (error) {
        return error;
    }
    if (kind == REVMAP_SIDE_NOTHING) {
        warn(cmd, apr_psprintf(cmd->temp_pool,
                               "'%s' does nothing: no header names a backend "
                               "by such a URL; write the URL or the path by "
                               "which the application calls itself",
                               backend));
        return NULL;
    }
    if (public_side->has_origin && !side.has_origin) {
        revmap_expect_own_host(cmd, public_side);
    }
    revmap_map_add(map, public_side, &side, place_of(cmd), 0, &twice);
    if (twice) {
        warn(cmd, apr_psprintf(cmd->temp_pool, "says the same as line %u of %s",
                               twice->place.line, twice->place.file));
    }
    return NULL;
}

/* RevMap [public] backend | ! backend | none */
static const char *set_rule(cmd_parms *cmd, void *dir_config, int argc,
                            char *const argv[])
{
    revmap_map *map;
    revmap_side side;
    const char *error = check_context(cmd);

    if (error) {
        return error;
    }
    map = map_of(cmd, dir_config);
    error = check_words(cmd, argc, argv);
    if (error) {
        return complain(cmd, error);
    }
    if (is_word(argv[0], "none")) {
        if (argc > 1) {
            return complain(cmd, "'none' stands alone");
        }
        revmap_map_start_afresh(map, REVMAP_FRESH_RULES);
        return NULL;
    }
    if (!strcmp(argv[argc - 1], "!")) {
        return complain(cmd, "'!' comes first: write "
                             "'RevMap ! http://backend/never/'");
    }
    if (!strcmp(argv[0], "!")) {
        return complain(cmd, exclude(cmd, map, argv[1]));
    }
    error = argc == 1 ? public_side_of_section(cmd, &side, argv[0])
                      : revmap_side_parse_public(cmd->pool, &side, argv[0]);
    if (!error) {
        error = add_rule(cmd, map, &side, argv[argc - 1]);
    }
    return complain(cmd, error);
}

/* ---- RevMapRewrite ------------------------------------------------------ */

static int match_regex(const void *regex, const char *subject,
                       revmap_slice groups[10])
{
    ap_regmatch_t found[10];
    int i;

    if (ap_regexec(regex, subject, 10, found, 0) != 0) {
        return 0;
    }
    for (i = 0; i < 10; i++) {
        if (found[i].rm_so >= 0) {
            groups[i] = revmap_slice_make(
                subject + found[i].rm_so,
                (apr_size_t)(found[i].rm_eo - found[i].rm_so));
        }
    }
    return 1;
}

static apr_status_t free_regex(void *regex)
{
    ap_regfree(regex);
    return APR_SUCCESS;
}

/* Anchored at both ends, so that nothing matches by accident. */
static const char *compile(cmd_parms *cmd, const char *pattern,
                           const ap_regex_t **compiled)
{
    ap_regex_t *regex = apr_palloc(cmd->pool, sizeof(*regex));
    const char *whole =
        apr_pstrcat(cmd->temp_pool, "\\A(?:", pattern, ")\\z", NULL);

    if (ap_regcomp(regex, whole, AP_REG_EXTENDED) != 0) {
        return apr_psprintf(cmd->pool,
                            "'%s' is no regular expression that compiles: "
                            "look at its brackets, and write '\\.' for a "
                            "dot",
                            pattern);
    }
    apr_pool_cleanup_register(cmd->pool, regex, free_regex,
                              apr_pool_cleanup_null);
    *compiled = regex;
    return NULL;
}

/* RevMapRewrite regex public */
static const char *set_rewrite(cmd_parms *cmd, void *dir_config,
                               const char *pattern, const char *public_side)
{
    revmap_rewrite *rewrite = apr_pcalloc(cmd->pool, sizeof(*rewrite));
    const char *error = check_context(cmd);
    const ap_regex_t *regex = NULL;

    if (error) {
        return error;
    }
    error = compile(cmd, pattern, &regex);
    if (!error) {
        error = revmap_rewrite_parse(cmd->pool, rewrite, public_side,
                                     (int)regex->re_nsub);
    }
    if (!error) {
        rewrite->place = place_of(cmd);
        rewrite->regex = regex;
        rewrite->match = match_regex;
        rewrite->on_path = pattern[pattern[0] == '^'] == '/';
        revmap_map_add_rewrite(map_of(cmd, dir_config), rewrite);
    }
    return complain(cmd, error);
}

/* ---- the others --------------------------------------------------------- */

/* RevMapEngine On|Off */
static const char *set_engine(cmd_parms *cmd, void *dir_config,
                              const char *word)
{
    revmap_dir_config *config = dir_config;
    const char *error = check_context(cmd);

    if (error) {
        return error;
    }
    if (is_word(word, "On")) {
        config->engine = REVMAP_ENGINE_ON;
        revmap_expect_work(cmd);
    }
    else if (is_word(word, "Off")) {
        config->engine = REVMAP_ENGINE_OFF;
    }
    else {
        error =
            apr_psprintf(cmd->pool, "'%s' is unknown: write On or Off", word);
    }
    return complain(cmd, error);
}

/* RevMapOrigin auto|server|URL */
static const char *set_origin(cmd_parms *cmd, void *dir_config,
                              const char *word)
{
    revmap_dir_config *config = dir_config;
    const char *error = check_context(cmd);
    revmap_site *site;

    if (error) {
        return error;
    }
    if (is_word(word, "auto")) {
        config->origin_mode = REVMAP_ORIGIN_AUTO;
        return NULL;
    }
    if (is_word(word, "server")) {
        config->origin_mode = REVMAP_ORIGIN_SERVER;
        return NULL;
    }
    if (!strstr(word, "://")) {
        return complain(cmd, apr_psprintf(cmd->pool,
                                          "'%s' is unknown: write auto, "
                                          "server or an origin like "
                                          "'https://www.example.com'",
                                          word));
    }
    site = apr_pcalloc(cmd->pool, sizeof(*site));
    config->origin_mode = REVMAP_ORIGIN_URL;
    config->origin = site;
    return complain(cmd, revmap_site_parse(cmd->pool, site, word));
}

/* RevMapHeader [-]name[=kind]|@preset|none ... */
static const char *set_header(cmd_parms *cmd, void *dir_config,
                              const char *word)
{
    const char *error = check_context(cmd);
    revmap_map *map;

    if (error) {
        return error;
    }
    map = map_of(cmd, dir_config);
    if (is_word(word, "none")) {
        revmap_map_start_afresh(map, REVMAP_FRESH_HEADERS);
        return NULL;
    }
    return complain(cmd, revmap_header_add(map, word));
}

/* What the two cookie directives differ in. */
typedef struct cookie_directive {
    unsigned int fresh;
    const char *(*parse)(apr_pool_t *, revmap_cookie_rule *, const char *,
                         const char *);
} cookie_directive;

static cookie_directive cookie_path = {REVMAP_FRESH_COOKIE_PATHS,
                                       revmap_cookie_path_rule};
static cookie_directive cookie_domain = {REVMAP_FRESH_COOKIE_DOMAINS,
                                         revmap_cookie_domain_rule};

/* RevMapCookiePath internal public | none
 * RevMapCookieDomain internal public|remove | none */
static const char *set_cookie(cmd_parms *cmd, void *dir_config,
                              const char *internal, const char *public_side)
{
    const cookie_directive *directive = cmd->info;
    const revmap_cookie_rule *older;
    revmap_cookie_rule *rule;
    const char *error = check_context(cmd);
    revmap_map *map;

    if (error) {
        return error;
    }
    map = map_of(cmd, dir_config);
    if (!public_side) {
        if (!is_word(internal, "none")) {
            return complain(cmd, apr_psprintf(cmd->pool,
                                              "'%s' stands alone: write what "
                                              "the client gets behind it",
                                              internal));
        }
        revmap_map_start_afresh(map, directive->fresh);
        return NULL;
    }
    rule = apr_pcalloc(cmd->pool, sizeof(*rule));
    rule->place = place_of(cmd);
    error = directive->parse(cmd->pool, rule, internal, public_side);
    if (error) {
        return complain(cmd, error);
    }
    older = revmap_map_add_cookie_rule(
        directive == &cookie_path ? map->cookie_paths : map->cookie_domains,
        rule);
    if (older) {
        warn(cmd, apr_psprintf(cmd->temp_pool,
                               "'%s' has its rule on line %u of %s already, "
                               "which holds",
                               internal, older->place.line, older->place.file));
    }
    return NULL;
}

/* clang-format off */
#define WHERE (RSRC_CONF | ACCESS_CONF)

const command_rec revmap_directives[] = {
    AP_INIT_TAKE_ARGV("RevMap", set_rule, NULL, WHERE,
        "the public side (a path or a URL) and the backend side (a URL or a "
        "path), or '!' and a backend side, or 'none'"),
    AP_INIT_TAKE2("RevMapRewrite", set_rewrite, NULL, WHERE,
        "a regular expression for a backend URL (or path) and the public URL "
        "or path"),
    AP_INIT_TAKE1("RevMapEngine", set_engine, NULL, WHERE,
        "On or Off"),
    AP_INIT_TAKE1("RevMapOrigin", set_origin, NULL, WHERE,
        "auto, server, or an origin like https://www.example.com"),
    AP_INIT_ITERATE("RevMapHeader", set_header, NULL, WHERE,
        "names of response headers, with =kind or a '-' in front, presets "
        "like @api, or 'none'"),
    AP_INIT_TAKE12("RevMapCookieDomain", set_cookie, &cookie_domain, WHERE,
        "the backend's Domain (a host or a .suffix) and the public one or "
        "'remove', or 'none'"),
    AP_INIT_TAKE12("RevMapCookiePath", set_cookie, &cookie_path, WHERE,
        "the backend's Path prefix and the public one, or 'none'"),
    { NULL }
};
/* clang-format on */
