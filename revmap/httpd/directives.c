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

#include "revmap/httpd/checks.h"
#include "revmap/httpd/directive.h"
#include "revmap/httpd/expect.h"
#include "revmap/httpd/file.h"

#include "apr_strings.h"

#include "revmap/cookie_rule.h"
#include "revmap/forward_header.h"
#include "revmap/header.h"
#include "revmap/query.h"

/* RevMapEngine On|DryRun|Off */
static const char *set_engine(cmd_parms *cmd, void *dir_config,
                              const char *word)
{
    revmap_dir_config *config = dir_config;
    const char *error = revmap_check_context(cmd);

    if (error) {
        return error;
    }
    if (revmap_is_word(word, "On")) {
        config->engine = REVMAP_ENGINE_ON;
        revmap_expect_work(cmd);
    }
    else if (revmap_is_word(word, "DryRun")) {
        config->engine = REVMAP_ENGINE_DRY_RUN;
        revmap_expect_work(cmd);
    }
    else if (revmap_is_word(word, "Off")) {
        config->engine = REVMAP_ENGINE_OFF;
    }
    else {
        error = apr_psprintf(cmd->pool,
                             "'%s' is unknown: write On, DryRun or Off", word);
    }
    return revmap_complain(cmd, error);
}

/* RevMapAuto On|ProxyPass|Off */
static const char *set_auto(cmd_parms *cmd, void *dir_config, const char *word)
{
    revmap_server_config *server = revmap_server_config_of(cmd->server);
    revmap_dir_config *config = dir_config;
    const char *error = revmap_check_context(cmd);

    if (error) {
        return error;
    }
    if (revmap_is_word(word, "On")) {
        config->automatic = REVMAP_AUTO_ON;
    }
    else if (revmap_is_word(word, "ProxyPass")) {
        config->automatic = REVMAP_AUTO_PROXYPASS;
    }
    else if (revmap_is_word(word, "Off")) {
        config->automatic = REVMAP_AUTO_OFF;
    }
    else {
        return revmap_complain(cmd, apr_psprintf(cmd->pool,
                                                 "'%s' is unknown: write On, "
                                                 "ProxyPass or Off",
                                                 word));
    }
    server->mounts->lines++;
    if (config->automatic != REVMAP_AUTO_OFF) {
        revmap_expect_derivation();
        if (config->automatic > server->automatic) {
            server->automatic = config->automatic;
        }
    }
    return NULL;
}

/* RevMapOrigin auto|server|URL */
static const char *set_origin(cmd_parms *cmd, void *dir_config,
                              const char *word)
{
    revmap_dir_config *config = dir_config;
    const char *error = revmap_check_context(cmd);
    revmap_site *site;

    if (error) {
        return error;
    }
    if (revmap_is_word(word, "auto")) {
        config->origin_mode = REVMAP_ORIGIN_AUTO;
        return NULL;
    }
    if (revmap_is_word(word, "server")) {
        config->origin_mode = REVMAP_ORIGIN_SERVER;
        return NULL;
    }
    if (!strstr(word, "://")) {
        return revmap_complain(cmd, apr_psprintf(cmd->pool,
                                                 "'%s' is unknown: write auto, "
                                                 "server or an origin like "
                                                 "'https://www.example.com'",
                                                 word));
    }
    site = apr_pcalloc(cmd->pool, sizeof(*site));
    config->origin_mode = REVMAP_ORIGIN_URL;
    config->origin = site;
    return revmap_complain(cmd, revmap_site_parse(cmd->pool, site, word));
}

/* What the directives differ in that take any number of names. */
typedef struct names_directive {
    unsigned int fresh; /* what "none" forgets */
    const char *(*add)(revmap_map *, const char *);
} names_directive;

static names_directive header_names = {REVMAP_FRESH_HEADERS, revmap_header_add};
static names_directive query_names = {REVMAP_FRESH_QUERY, revmap_query_add};
static names_directive request_names = {REVMAP_FRESH_REQUEST,
                                        revmap_forward_header_add};

/* RevMapHeader [-]name[=kind]|@preset|none ...
 * RevMapQuery name ...|none
 * RevMapRequest name ...|none */
static const char *set_name(cmd_parms *cmd, void *dir_config, const char *word)
{
    const names_directive *directive = cmd->info;
    const char *error = revmap_check_context(cmd);
    revmap_map *map;

    if (error) {
        return error;
    }
    map = revmap_map_of(cmd, dir_config);
    if (revmap_is_word(word, "none")) {
        revmap_map_start_afresh(map, directive->fresh);
        return NULL;
    }
    return revmap_complain(cmd, directive->add(map, word));
}

/* What the two cookie directives differ in. */
typedef struct cookie_directive {
    unsigned int holds; /* what they give a section */
    const char *(*parse)(apr_pool_t *, revmap_cookie_rule *, const char *,
                         const char *);
} cookie_directive;

static cookie_directive cookie_path = {REVMAP_HOLDS_COOKIE_PATHS,
                                       revmap_cookie_path_rule};
static cookie_directive cookie_domain = {REVMAP_HOLDS_COOKIE_DOMAINS,
                                         revmap_cookie_domain_rule};

/* RevMapCookiePath internal public | none
 * RevMapCookieDomain internal public|remove | none */
static const char *set_cookie(cmd_parms *cmd, void *dir_config,
                              const char *internal, const char *public_side)
{
    const cookie_directive *directive = cmd->info;
    const revmap_cookie_rule *older;
    revmap_cookie_rule *rule;
    const char *error = revmap_check_context(cmd);
    revmap_map *map;

    if (error) {
        return error;
    }
    map = revmap_map_of(cmd, dir_config);
    if (revmap_is_word(internal, "none")) {
        revmap_map_start_afresh(map, directive->holds);
        return revmap_check_none(cmd, public_side);
    }
    if (!public_side) {
        return revmap_complain(cmd, apr_psprintf(cmd->pool,
                                                 "'%s' stands alone: write "
                                                 "what the client gets behind "
                                                 "it",
                                                 internal));
    }
    rule = apr_pcalloc(cmd->pool, sizeof(*rule));
    rule->place = revmap_place_of(cmd);
    error = directive->parse(cmd->pool, rule, internal, public_side);
    if (error) {
        return revmap_complain(cmd, error);
    }
    older = revmap_map_add_cookie_rule(map, directive->holds, rule);
    if (older) {
        revmap_warn(
            cmd, apr_psprintf(cmd->temp_pool,
                              "'%s' has its rule on line %u of %s already, "
                              "which holds",
                              internal, older->place.line, older->place.file));
    }
    return NULL;
}

/* clang-format off */
#define WHERE (RSRC_CONF | ACCESS_CONF)

const command_rec revmap_directives[] = {
    AP_INIT_TAKE_ARGV("RevMap", revmap_set_rule, NULL, WHERE,
        "the public side (a path or a URL) and the backend side (a URL or a "
        "path), or '!' and a backend side, or 'none'"),
    AP_INIT_TAKE2("RevMapRewrite", revmap_set_rewrite, NULL, WHERE,
        "a regular expression for a backend URL (or path) and the public URL "
        "or path"),
    AP_INIT_TAKE12("RevMapFile", revmap_set_file, NULL, WHERE,
        "a file with a public side and a backend side on each line, and "
        "optionally check=seconds or check=off"),
    AP_INIT_TAKE1("RevMapAuto", set_auto, NULL, WHERE,
        "On, ProxyPass or Off"),
    AP_INIT_TAKE1("RevMapEngine", set_engine, NULL, WHERE,
        "On, DryRun or Off"),
    AP_INIT_TAKE1("RevMapOrigin", set_origin, NULL, WHERE,
        "auto, server, or an origin like https://www.example.com"),
    AP_INIT_ITERATE("RevMapHeader", set_name, &header_names, WHERE,
        "names of response headers, with =kind or a '-' in front, presets "
        "like @api and @frontend, or 'none'"),
    AP_INIT_ITERATE("RevMapRequest", set_name, &request_names, WHERE,
        "names of request headers (Destination, If, Referer, Origin), or "
        "'none'"),
    AP_INIT_TAKE_ARGV("RevMapCookie", revmap_set_cookie_line, NULL, WHERE,
        "the name of a cookie (name, name*, * or ~regex) and actions like "
        "Secure, narrow or rename=other, or 'none'"),
    AP_INIT_ITERATE("RevMapQuery", set_name, &query_names, WHERE,
        "names of query parameters that carry a URL, or 'none'"),
    AP_INIT_TAKE12("RevMapCookieDomain", set_cookie, &cookie_domain, WHERE,
        "the backend's Domain (a host or a .suffix) and the public one or "
        "'remove', or 'none'"),
    AP_INIT_TAKE12("RevMapCookiePath", set_cookie, &cookie_path, WHERE,
        "the backend's Path prefix and the public one, or 'none'"),
    AP_INIT_TAKE_ARGV("RevMapExpect", revmap_set_expect, NULL, WHERE,
        "a public URL, a response header with its value, and what the client "
        "gets, or 'unchanged'"),
    { NULL }
};
/* clang-format on */
