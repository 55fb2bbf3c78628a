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

#include "revmap/httpd/beside.h"

#include "apr_strings.h"

#include "revmap/httpd/directive.h"
#include "revmap/httpd/lines.h"
#include "revmap/httpd/remarks.h"

/* ---- Header edit -------------------------------------------------------- */

int revmap_edits_mapped_header(apr_pool_t *pool,
                               const ap_directive_t *directive)
{
    const char *args = directive->args;
    const char *word;

    if (!revmap_is_word(directive->directive, "Header")) {
        return 0;
    }
    word = ap_getword_conf(pool, &args);
    if (revmap_is_word(word, "always") || revmap_is_word(word, "onsuccess")) {
        word = ap_getword_conf(pool, &args);
    }
    if (!revmap_is_word(word, "edit") && !revmap_is_word(word, "edit*")) {
        return 0;
    }
    word = ap_getword_conf(pool, &args);
    return revmap_is_word(word, "Location")
           || revmap_is_word(word, "Set-Cookie");
}

/* An edit that was written to do what RevMap does, in a section beside it,
 * sees mapped values now. */
static void check_edits(apr_pool_t *pool, server_rec *server,
                        const ap_directive_t *first)
{
    const ap_directive_t *directive;
    int maps = 0;

    for (directive = first; directive; directive = directive->next) {
        maps = maps || revmap_is_our_directive(directive);
    }
    for (directive = first; directive; directive = directive->next) {
        if (maps && revmap_edits_mapped_header(pool, directive)) {
            revmap_remark(APLOG_WARNING, server,
                          "Header on line %d of %s edits a header that RevMap "
                          "maps: it sees the mapped value; remove it if it was "
                          "there to do the same",
                          directive->line_num, directive->filename);
        }
        check_edits(pool, server, directive->first_child);
    }
}

/* ---- ProxyPassReverse --------------------------------------------------- */

/* What maps in a section, by the lines read so far. */
typedef struct mapping {
    int rules;
    int automatic;
    int is_off;
} mapping;

static void read_line(const ap_directive_t *line, mapping *in)
{
    if (revmap_is_word(line->directive, "RevMap")) {
        in->rules = !revmap_is_word(line->args, "none");
        in->automatic = in->automatic && in->rules;
    }
    else if (revmap_is_word(line->directive, "RevMapRewrite")) {
        in->rules = 1;
    }
    else if (revmap_is_word(line->directive, "RevMapAuto")) {
        in->automatic = !revmap_is_word(line->args, "Off");
    }
    else if (revmap_is_word(line->directive, "RevMapEngine")) {
        in->is_off = revmap_is_word(line->args, "Off");
    }
}

/* ProxyPassReverse, ProxyPassReverseCookiePath, ProxyPassReverseCookieDomain */
static int is_reverse(const ap_directive_t *line)
{
    return ap_cstr_casecmpn(line->directive, "ProxyPassReverse", 16) == 0;
}

static void warn_of_reverse(apr_pool_t *pool, server_rec *server,
                            const ap_directive_t *line, int more)
{
    revmap_remark(
        APLOG_WARNING, server,
        "%s on line %d of %s stands where RevMap maps: mod_proxy applies it "
        "first, with its mistakes, and RevMap leaves what has this site's "
        "name, which may be its work; take it out%s",
        line->directive, line->line_num, line->filename,
        more ? apr_psprintf(pool, ", and %d more of these in its section", more)
             : "");
}

/* Once for each section; @a in is what maps around it. */
static void check_reverse(apr_pool_t *pool, server_rec *server,
                          const ap_directive_t *first, mapping in)
{
    const ap_directive_t *reverse = NULL;
    const ap_directive_t *line;
    int count = 0;

    for (line = first; line; line = line->next) {
        read_line(line, &in);
        if (is_reverse(line)) {
            reverse = reverse ? reverse : line;
            count++;
        }
    }
    if (reverse && !in.is_off && (in.rules || in.automatic)) {
        warn_of_reverse(pool, server, reverse, count - 1);
    }
    for (line = first; line; line = line->next) {
        check_reverse(pool, server, line->first_child, in);
    }
}

/* ---- what no module can see --------------------------------------------- */

typedef int is_line(const ap_directive_t *directive);

/* "ProxyWebsocketFallbackToProxyHttp Off" */
static int is_raw_tunnel(const ap_directive_t *directive)
{
    return revmap_is_word(directive->directive,
                          "ProxyWebsocketFallbackToProxyHttp")
           && revmap_is_word(directive->args, "Off");
}

static int has_h2_backend(const ap_directive_t *directive)
{
    return strstr(directive->args, "h2://")
           || strstr(directive->args, "h2c://");
}

/* "Protocols h2 http/1.1" */
static int speaks_h2(const ap_directive_t *directive)
{
    return revmap_is_word(directive->directive, "Protocols")
           && ap_strcasestr(directive->args, "h2");
}

/* The first such line.  Those of a virtual host are its own, unless they are
 * asked for, too. */
static const ap_directive_t *find_line(const ap_directive_t *directive,
                                       is_line *is, int in_hosts)
{
    const ap_directive_t *found = NULL;

    for (; directive && !found; directive = directive->next) {
        if (is(directive)) {
            found = directive;
        }
        else if (in_hosts || !revmap_is_virtual_host(directive)) {
            found = find_line(directive->first_child, is, in_hosts);
        }
    }
    return found;
}

static void warn_of(server_rec *server, const ap_directive_t *line,
                    const char *words)
{
    if (line) {
        revmap_remark(APLOG_WARNING, server, "%s on line %d of %s: %s",
                      line->directive, line->line_num, line->filename, words);
    }
}

/* Once for each server that has lines of ours.  A virtual host has those of
 * the main server as well. */
static void check_unseen(server_rec *server, is_line *is, const char *words)
{
    const ap_directive_t *directive;
    int maps = find_line(ap_conftree, revmap_is_our_directive, 0) != NULL;

    if (find_line(ap_conftree, revmap_is_our_directive, 1)) {
        warn_of(server, find_line(ap_conftree, is, 0), words);
    }
    for (directive = ap_conftree; directive; directive = directive->next) {
        const ap_directive_t *first = directive->first_child;

        if (revmap_is_virtual_host(directive)
            && (maps || find_line(first, revmap_is_our_directive, 0))) {
            warn_of(server, find_line(first, is, 0), words);
        }
    }
}

/* Early Hints of an HTTP/2 backend are passed on to HTTP/2 clients only. */
static void check_all_unseen(server_rec *server)
{
    check_unseen(server, is_raw_tunnel,
                 "the headers with which a WebSocket begins (101) go through "
                 "a raw tunnel, where RevMap cannot map them; take the line "
                 "out, or write 'On'");
    if (ap_find_linked_module("mod_proxy_http2.c")
        && find_line(ap_conftree, speaks_h2, 1)) {
        check_unseen(server, has_h2_backend,
                     "RevMap cannot map the headers of interim responses "
                     "(103, Early Hints) that come over HTTP/2; if the "
                     "backend sends any, write http: or https:");
    }
}

void revmap_check_beside(apr_pool_t *pool, server_rec *server)
{
    const mapping nothing = {0, 0, 0};

    check_edits(pool, server, ap_conftree);
    check_reverse(pool, server, ap_conftree, nothing);
    check_all_unseen(server);
}
