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

/* RevMapAuto: the forward configuration, read backwards.
 *
 * The lines are taken from httpd's own copy of the configuration, which knows
 * where each was written.  Who the members of a balancer are is asked of
 * mod_proxy, in balancer.c; what a configuration cannot tell is taken from
 * each request, in scope.c. */

#include "revmap/httpd/balancer.h"
#include "revmap/httpd/checks.h"
#include "revmap/httpd/counters.h"
#include "revmap/httpd/directive.h"
#include "revmap/httpd/imagine.h"
#include "revmap/httpd/lines.h"
#include "revmap/httpd/remarks.h"

#include "apr_strings.h"

#include "revmap/derive.h"

/* Where the reading of the configuration has come to. */
typedef struct reader {
    apr_pool_t *pconf;
    apr_pool_t *ptemp;
    server_rec *main_server;
    server_rec *server;
    const char *location; /* of the section; NULL: not in a section */
    int is_pattern;       /* it is a regular expression */
} reader;

/* ---- which lines can match ---------------------------------------------- */

static revmap_key key_of_pass(const void *entry)
{
    const revmap_pass *pass = entry;

    return revmap_key_make(
        NULL, revmap_slice_without_slash(revmap_slice_of(pass->prefix)));
}

static const revmap_pass *find_earlier(const revmap_index *prefixes,
                                       const char *prefix)
{
    return revmap_index_longest_bytes(prefixes, NULL, revmap_slice_of(prefix))
        .entry;
}

/* mod_proxy takes the line of the section, else the first line that matches,
 * the main server's before those of a virtual host that inherits them. */
static const revmap_pass *find_shadow(const reader *in, const char *prefix)
{
    const revmap_server_config *main_config =
        revmap_server_config_of(in->main_server);
    const revmap_server_config *config = revmap_server_config_of(in->server);
    const revmap_pass *earlier = find_earlier(config->section_prefixes, prefix);

    if (!earlier) {
        earlier = find_earlier(main_config->section_prefixes, prefix);
    }
    if (!earlier && in->server != in->main_server && config->inherits_passes) {
        earlier = find_earlier(main_config->prefixes, prefix);
    }
    return earlier ? earlier : find_earlier(config->prefixes, prefix);
}

static void add_prefix(revmap_index *prefixes, revmap_pass *pass)
{
    if (!revmap_index_get(prefixes, key_of_pass(pass))) {
        revmap_index_add(prefixes, pass);
    }
}

/* ---- one line ----------------------------------------------------------- */

/* The map for what is derived here, made when it is first needed. */
static revmap_map *map_for(const reader *in, const revmap_pass *pass)
{
    revmap_server_config *config = revmap_server_config_of(in->server);
    revmap_map **map = pass->in_section ? &config->sections : &config->passes;

    if (!*map) {
        *map = revmap_map_create(in->pconf, pass->in_section
                                                ? config->section_mounts
                                                : config->pass_mounts);
        (*map)->is_derived = 1;
    }
    return *map;
}

/* The line is URL text then, else it is decoded text.  Strictly, nocanon is
 * about the backend's path alone; but a public path with escapes does not work
 * with it. */
static int is_about_encoding(const char *word)
{
    return revmap_is_word(word, "nocanon")
           || !ap_cstr_casecmpn(word, "mapping=", sizeof("mapping=") - 1);
}

static const char *read_public_side(const reader *in, const revmap_pass *pass,
                                    revmap_side *side)
{
    if (pass->is_encoded) {
        return revmap_side_parse_public(in->pconf, side, pass->prefix);
    }
    revmap_side_of_path(in->pconf, side, pass->prefix);
    return NULL;
}

static const char *derive_members(const reader *in, const revmap_pass *pass,
                                  const revmap_side *public_side,
                                  const char *real)
{
    revmap_map *map = map_for(in, pass);
    revmap_late late;
    const char *path;

    memset(&late, 0, sizeof(late));
    late.place = pass->place;
    late.order = revmap_map_take_place(map);
    late.public_side = *public_side;
    late.balancer = revmap_split_balancer(in->pconf, real, &path);
    late.backend_text = path;
    late.known = revmap_add_members(in->pconf, in->server, &late, map);
    if (late.known < 0) {
        return "the balancer is not known here";
    }
    revmap_add_late(map, &late);
    return NULL;
}

/* Derive a rule from a prefix and a URL.  Returns why not, or NULL. */
static const char *derive_rule(const reader *in, const revmap_pass *pass,
                               const char *real)
{
    const revmap_rule *twice;
    revmap_side public_side;
    revmap_side side;
    revmap_side_kind kind;
    const char *error;

    if (*pass->prefix != '/') {
        return "its public side is no path";
    }
    error = read_public_side(in, pass, &public_side);
    if (error) {
        return error;
    }
    if (!pass->is_encoded) {
        real = revmap_escape_forwarded(in->pconf, real);
    }
    if (revmap_is_balancer(real)) {
        return derive_members(in, pass, &public_side, real);
    }
    error = revmap_side_parse_backend(in->pconf, &side, &kind, real);
    if (error) {
        return error;
    }
    if (kind == REVMAP_SIDE_NOTHING) {
        return "its paths are file names, and it has no origin";
    }
    revmap_map_add(map_for(in, pass), &public_side, &side, pass->place, &twice);
    return NULL;
}

static const char *derive_pass(const reader *in, revmap_pass *pass)
{
    const char *real = pass->real;
    const revmap_pass *shadow;
    const char *why_not;

    if (strcmp(real, "!") == 0) {
        return "it is not forwarded";
    }
    if (pass->is_interpolated && strstr(real, "${")) {
        return "its URL is known only when there is a request";
    }
    if (pass->is_pattern) {
        why_not = revmap_derive_invert(in->pconf, pass->fake, pass->real,
                                       &pass->prefix, &real);
        if (why_not) {
            return why_not;
        }
    }
    shadow = pass->in_section ? NULL : find_shadow(in, pass->prefix);
    if (shadow) {
        return apr_psprintf(in->pconf, "line %u of %s matches first",
                            shadow->place.line, shadow->place.file);
    }
    return derive_rule(in, pass, real);
}

static void warn_of_slashes(const reader *in, const revmap_pass *pass)
{
    if (!pass->is_pattern && !pass->why_not
        && revmap_slice_ends_with_slash(revmap_slice_of(pass->fake))
               != revmap_slice_ends_with_slash(revmap_slice_of(pass->real))) {
        revmap_remark(APLOG_WARNING, in->server,
                      "%s on line %u of %s: one of '%s' and '%s' ends with a "
                      "slash and the other does not; let both end alike",
                      pass->directive, pass->place.line, pass->place.file,
                      pass->fake, pass->real);
    }
}

/* [[~] path] !|url [key=value ...] [nocanon] [interpolate] ... */
static void read_words(const reader *in, const char *args, revmap_pass *pass)
{
    const char *word = ap_getword_conf(in->pconf, &args);

    pass->fake = in->location;
    if (!pass->fake) {
        if (strcmp(word, "~") == 0) {
            pass->is_pattern = 1;
            word = ap_getword_conf(in->pconf, &args);
        }
        pass->fake = word;
        word = ap_getword_conf(in->pconf, &args);
    }
    pass->real = word;
    while (*args) {
        word = ap_getword_conf(in->ptemp, &args);
        pass->is_interpolated =
            pass->is_interpolated || revmap_is_word(word, "interpolate");
        pass->is_encoded = pass->is_encoded || is_about_encoding(word);
    }
}

static void read_pass(const reader *in, const ap_directive_t *directive)
{
    revmap_server_config *config = revmap_server_config_of(in->server);
    revmap_pass *pass = apr_pcalloc(in->pconf, sizeof(*pass));

    pass->place = revmap_counted_place(directive);
    pass->directive = directive->directive;
    pass->in_section = in->location != NULL;
    pass->is_pattern =
        in->is_pattern
        || revmap_is_word(directive->directive, "ProxyPassMatch");
    read_words(in, directive->args, pass);
    pass->prefix = pass->is_pattern ? NULL : pass->fake;
    if (pass->in_section && pass->prefix) {
        add_prefix(config->section_prefixes, pass);
    }
    APR_ARRAY_PUSH(config->forward, revmap_pass *) = pass;
}

/* ---- all lines ---------------------------------------------------------- */

static int is_proxy_pass(const char *name)
{
    return revmap_is_word(name, "ProxyPass")
           || revmap_is_word(name, "ProxyPassMatch");
}

static void read_lines(const reader *outer, const ap_directive_t *directive)
{
    for (; directive; directive = directive->next) {
        if (is_proxy_pass(directive->directive)) {
            read_pass(outer, directive);
        }
        else if (revmap_is_location(directive)) {
            reader inner = *outer;

            inner.location = revmap_location_path(outer->pconf, directive,
                                                  &inner.is_pattern);
            read_lines(&inner, directive->first_child);
        }
    }
}

/* In order, now that the sections, which come first, are known. */
static void derive_passes(const reader *in)
{
    revmap_server_config *config = revmap_server_config_of(in->server);
    int i;

    for (i = 0; i < config->forward->nelts; i++) {
        revmap_pass *pass = APR_ARRAY_IDX(config->forward, i, revmap_pass *);

        pass->why_not = derive_pass(in, pass);
        if (pass->why_not) {
            revmap_uncount_place(&pass->place);
        }
        warn_of_slashes(in, pass);
        if (!pass->in_section && pass->prefix) {
            add_prefix(config->prefixes, pass);
        }
    }
}

/* ---- all servers -------------------------------------------------------- */

/* ProxyPassInherit, if it is written here, else what is inherited. */
static int reads_inherit(const ap_directive_t *directive, int inherits)
{
    for (; directive; directive = directive->next) {
        if (revmap_is_word(directive->directive, "ProxyPassInherit")) {
            inherits = !revmap_is_word(directive->args, "Off");
        }
    }
    return inherits;
}

/* Each server gets a configuration of its own, even if nothing of ours is
 * written in it. */
static revmap_server_config *prepare(const reader *in)
{
    const revmap_server_config *main_config =
        revmap_server_config_of(in->main_server);
    revmap_server_config *config = revmap_server_config_of(in->server);

    if (in->server != in->main_server && config == main_config) {
        config = revmap_create_server_config(in->pconf, in->server);
        config->automatic = main_config->automatic;
        ap_set_module_config(in->server->module_config, &revmap_module, config);
    }
    config->prefixes = revmap_index_create(in->pconf, key_of_pass);
    config->section_prefixes = revmap_index_create(in->pconf, key_of_pass);
    return config;
}

/* A virtual host has the <Location> sections of the main server, too, and,
 * unless ProxyPassInherit is Off, its ProxyPass lines. */
static void chain_derived(const reader *in, revmap_server_config *config)
{
    const revmap_server_config *main_config =
        revmap_server_config_of(in->main_server);
    const revmap_scope *scope = NULL;

    if (in->server != in->main_server) {
        scope = revmap_scope_chain(
            in->pconf, config->inherits_passes ? main_config->passes : NULL,
            scope);
        scope = revmap_scope_chain(in->pconf, main_config->sections, scope);
    }
    scope = revmap_scope_chain(in->pconf, config->sections, scope);
    config->derived = revmap_scope_chain(in->pconf, config->passes, scope);
}

/* The main server's lines are read for the virtual hosts, too; those of a
 * virtual host only if RevMapAuto is on in it. */
void revmap_derive(apr_pool_t *pconf, apr_pool_t *ptemp, server_rec *server)
{
    int inherits = reads_inherit(ap_conftree, 1);
    apr_array_header_t *sections = revmap_lines_begin(ptemp);
    reader in;

    memset(&in, 0, sizeof(in));
    in.pconf = pconf;
    in.ptemp = ptemp;
    in.main_server = server;
    for (; server; server = server->next) {
        const ap_directive_t *lines = revmap_lines_of(sections, server);
        revmap_server_config *config;

        in.server = server;
        config = prepare(&in);
        if (server != in.main_server && !config->automatic) {
            continue;
        }
        config->inherits_passes = reads_inherit(lines, inherits);
        read_lines(&in, lines);
        derive_passes(&in);
        chain_derived(&in, config);
    }
}
