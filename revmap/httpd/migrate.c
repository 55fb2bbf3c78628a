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

/* httpd -t -D REVMAP_MIGRATE: RevMap lines for the ProxyPassReverse,
 * ProxyPassReverseCookiePath and ProxyPassReverseCookieDomain lines of the
 * configuration, as configuration text, with a remark where httpd's answers
 * had a flaw that those of the new line have not.
 *
 * The lines are taken from httpd's own copy of the configuration, in which
 * included files are in their place. */

#include "revmap/httpd/migration.h"

#include "apr_strings.h"

#include "revmap/cookie_rule.h"
#include "revmap/httpd/beside.h"
#include "revmap/httpd/lines.h"

const char *revmap_quote(apr_pool_t *pool, const char *word)
{
    char *quoted = apr_palloc(pool, 2 * strlen(word) + 3);
    char *end = quoted;

    if (*word && !strpbrk(word, " \t\"'\\#<>")) {
        return word;
    }
    *end++ = '"';
    for (; *word; word++) {
        if (*word == '"' || *word == '\\') {
            *end++ = '\\';
        }
        *end++ = *word;
    }
    *end++ = '"';
    *end = '\0';
    return quoted;
}

const ap_directive_t *revmap_first_sibling(const ap_directive_t *directive)
{
    return directive->parent ? directive->parent->first_child : ap_conftree;
}

/* ---- ProxyPassReverseCookiePath, ...CookieDomain ------------------------ */

/* An earlier line for the same thing: the first one holds, here and there. */
static const ap_directive_t *find_earlier(const revmap_migrant *in,
                                          const ap_directive_t *directive,
                                          const char *internal)
{
    const ap_directive_t *other = revmap_first_sibling(directive);

    for (; other && other != directive; other = other->next) {
        const char *args = other->args;

        if (revmap_is_word(other->directive, directive->directive)
            && !strcmp(ap_getword_conf(in->pool, &args), internal)) {
            return other;
        }
    }
    return NULL;
}

/* The two words of a line.  Returns why there is nothing to be done with it. */
static const char *read_cookie(const revmap_migrant *in,
                               const ap_directive_t *directive,
                               const char **internal, const char **public_side)
{
    const char *args = directive->args;
    const ap_directive_t *earlier;

    *internal = ap_getword_conf(in->pool, &args);
    *public_side = ap_getword_conf(in->pool, &args);
    earlier = find_earlier(in, directive, *internal);
    if (earlier) {
        return apr_psprintf(in->pool, "it did nothing: line %d comes first",
                            earlier->line_num);
    }
    if (*args && strstr(directive->args, "${")) {
        return "a variable cannot stand here; a RevMap line maps cookies, too";
    }
    return NULL;
}

static int is_attribute(const char *word)
{
    return revmap_is_word(word, "Secure") || revmap_is_word(word, "HttpOnly")
           || revmap_is_word(word, "Partitioned")
           || !ap_cstr_casecmpn(word, "SameSite=", strlen("SameSite="));
}

/* "/app; Secure; HttpOnly": attributes that were smuggled in behind the
 * value get a line of their own. */
static const char *take_attributes(const revmap_migrant *in, const char **value)
{
    apr_size_t len = strcspn(*value, ";");
    const char *line = NULL;
    char *next = NULL;
    char *word = apr_strtok(apr_pstrdup(in->pool, *value + len), "; \t", &next);

    *value = apr_pstrmemdup(in->pool, *value, len);
    for (; word; word = apr_strtok(NULL, "; \t", &next)) {
        if (is_attribute(word)) {
            line = apr_pstrcat(in->pool, line ? line : "RevMapCookie *", " ",
                               word, NULL);
        }
    }
    return line;
}

static const char *cookie_text(const revmap_migrant *in, const char *name,
                               const char *internal, const char *public_side)
{
    return apr_pstrcat(in->pool, name, " ", revmap_quote(in->pool, internal),
                       " ", revmap_quote(in->pool, public_side), NULL);
}

static void migrate_path(const revmap_migrant *in,
                         const ap_directive_t *directive,
                         revmap_migration *result)
{
    revmap_cookie_rule rule;
    const char *internal;
    const char *public_side;
    const char *error = read_cookie(in, directive, &internal, &public_side);
    const char *attributes = error ? NULL : take_attributes(in, &public_side);

    if (!error) {
        error = revmap_cookie_path_rule(in->pool, &rule, internal, public_side);
    }
    if (error) {
        result->remark = error;
        return;
    }
    result->line = cookie_text(in, "RevMapCookiePath", internal, public_side);
    result->attributes = attributes;
    /* httpd mapped the public path, too, which an application may know. */
    if (rule.nested && public_side[rule.public_key.len]) {
        result->also = cookie_text(
            in, "RevMapCookiePath",
            apr_pstrmemdup(in->pool, public_side, rule.public_key.len),
            public_side);
    }
}

static void migrate_domain(const revmap_migrant *in,
                           const ap_directive_t *directive,
                           revmap_migration *result)
{
    revmap_cookie_rule rule;
    const char *internal;
    const char *public_side;
    const char *error = read_cookie(in, directive, &internal, &public_side);
    const char *attributes = error ? NULL : take_attributes(in, &public_side);

    if (!error) {
        internal += *internal == '.';
        public_side = *public_side ? public_side : "remove";
        error =
            revmap_cookie_domain_rule(in->pool, &rule, internal, public_side);
    }
    if (error) {
        result->remark = error;
        return;
    }
    result->line = cookie_text(in, "RevMapCookieDomain", internal, public_side);
    result->attributes = attributes;
    if (rule.public_side) {
        result->remark = "goes to all hosts below, too; 'remove' would keep it "
                         "to the one asked";
    }
}

/* ---- one line ----------------------------------------------------------- */

static void migrate_edit(const revmap_migrant *in,
                         const ap_directive_t *directive,
                         revmap_migration *result)
{
    result->remark =
        "take it out if it did what RevMap does; it sees mapped values now";
}

typedef void migrate_fn(const revmap_migrant *in,
                        const ap_directive_t *directive,
                        revmap_migration *result);

/* NULL: the line is nothing to us. */
static migrate_fn *find_way(apr_pool_t *pool, const ap_directive_t *directive)
{
    static const struct {
        const char *name;
        migrate_fn *migrate;
    } ways[] = {
        {"ProxyPassReverse", revmap_migrate_reverse},
        {"ProxyPassReverseCookiePath", migrate_path},
        {"ProxyPassReverseCookieDomain", migrate_domain},
    };
    int i;

    for (i = 0; i < (int)(sizeof(ways) / sizeof(ways[0])); i++) {
        if (revmap_is_word(directive->directive, ways[i].name)) {
            return ways[i].migrate;
        }
    }
    return revmap_edits_mapped_header(pool, directive) ? migrate_edit : NULL;
}

static void print_migration(const revmap_migrant *in,
                            const ap_directive_t *directive,
                            const revmap_migration *result)
{
    const char *hide = in->is_refused ? "# " : "";

    apr_file_printf(in->out, "%s# %s:%d %s %s\n", in->indent,
                    directive->filename, directive->line_num,
                    directive->directive, directive->args);
    if (result->remark) {
        apr_file_printf(in->out, "%s#   %s\n", in->indent, result->remark);
    }
    if (in->is_refused && result->line) {
        apr_file_printf(
            in->out, "%s#   write this into a <Location> or a virtual host:\n",
            in->indent);
    }
    if (result->line) {
        apr_file_printf(in->out, "%s%s%s\n", in->indent, hide, result->line);
    }
    if (result->attributes) {
        apr_file_printf(in->out, "%s%s%s\n", in->indent, hide,
                        result->attributes);
    }
    if (result->also) {
        apr_file_printf(in->out,
                        "%s#   for an application that sets its public path "
                        "itself:\n%s%s%s\n",
                        in->indent, in->indent, hide, result->also);
    }
}

/* ---- all lines ---------------------------------------------------------- */

static int has_work(apr_pool_t *pool, const ap_directive_t *directive)
{
    for (; directive; directive = directive->next) {
        if (find_way(pool, directive)
            || has_work(pool, directive->first_child)) {
            return 1;
        }
    }
    return 0;
}

static void migrate_lines(const revmap_migrant *in,
                          const ap_directive_t *directive);

static const char *server_name(const ap_directive_t *directive)
{
    for (; directive; directive = directive->next) {
        if (revmap_is_word(directive->directive, "ServerName")) {
            return directive->args;
        }
    }
    return "";
}

/* A part of its own, to be put into the virtual host that is there. */
static void migrate_host(const revmap_migrant *outer,
                         const ap_directive_t *directive)
{
    revmap_migrant in = *outer;

    in.rules = apr_hash_make(in.pool);
    apr_file_printf(in.out, "\n# ==== <VirtualHost %s %s (%s:%d)\n",
                    directive->args, server_name(directive->first_child),
                    directive->filename, directive->line_num);
    migrate_lines(&in, directive->first_child);
}

static void migrate_section(const revmap_migrant *outer,
                            const ap_directive_t *directive)
{
    const char *comment;
    revmap_migrant in = *outer;

    in.rules = apr_hash_make(in.pool);
    if (revmap_is_location(directive)) {
        in.location = revmap_location_path(in.pool, directive, &in.is_pattern);
    }
    in.is_refused =
        in.is_refused || !revmap_is_allowed_section(directive->directive);
    in.indent = apr_pstrcat(in.pool, outer->indent, "    ", NULL);
    comment = in.is_refused ? "# " : "";
    apr_file_printf(in.out, "%s%s%s %s\n", outer->indent, comment,
                    directive->directive, directive->args);
    migrate_lines(&in, directive->first_child);
    apr_file_printf(in.out, "%s%s</%s>\n", outer->indent, comment,
                    directive->directive + 1);
}

static void migrate_lines(const revmap_migrant *in,
                          const ap_directive_t *directive)
{
    for (; directive; directive = directive->next) {
        migrate_fn *migrate = find_way(in->pool, directive);

        if (migrate) {
            revmap_migration result = {NULL, NULL, NULL, NULL};

            migrate(in, directive, &result);
            print_migration(in, directive, &result);
        }
        else if (!revmap_is_virtual_host(directive)
                 && has_work(in->pool, directive->first_child)) {
            migrate_section(in, directive);
        }
    }
}

/* The main server's own lines first, then each virtual host's. */
static void migrate_servers(const revmap_migrant *in)
{
    const ap_directive_t *directive;

    apr_file_printf(in->out, "\n# ==== server config\n");
    migrate_lines(in, ap_conftree);
    for (directive = ap_conftree; directive; directive = directive->next) {
        if (revmap_is_virtual_host(directive)
            && has_work(in->pool, directive->first_child)) {
            migrate_host(in, directive);
        }
    }
}

void revmap_migrate(apr_pool_t *pool)
{
    revmap_migrant in;

    memset(&in, 0, sizeof(in));
    in.pool = pool;
    in.rules = apr_hash_make(pool);
    in.indent = "";
    if (apr_file_open_stdout(&in.out, pool) != APR_SUCCESS) {
        return;
    }
    if (!has_work(pool, ap_conftree)) {
        apr_file_printf(in.out, "# No ProxyPassReverse lines are left.\n");
        return;
    }
    apr_file_printf(in.out,
                    "# RevMap lines for the ProxyPassReverse lines of this "
                    "configuration: put each\n# part into its virtual host, "
                    "and take the lines out that it names.\n# Redirects become "
                    "paths; \"RevMapOrigin server\" keeps them absolute.\n");
    migrate_servers(&in);
}
