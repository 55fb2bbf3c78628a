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

#include "revmap/httpd/expect.h"

#include "apr_strings.h"

#include "revmap/httpd/directive.h"
#include "revmap/httpd/lines.h"
#include "revmap/httpd/question.h"
#include "revmap/httpd/remarks.h"

#define USAGE                                                                  \
    "write 'RevMapExpect /public/path \"Location: http://backend/path\" "      \
    "/public/other'"
#define UNCHANGED "unchanged"

/* A line, and who is asked. */
typedef struct expectation {
    const ap_directive_t *directive;
    server_rec *server;
    const char *url;
    const char *header;
    const char *value;
    const char *expected;
    const char *backend; /* or NULL */
} expectation;

/* Filled while the configuration is read, which one thread does. */
static apr_array_header_t *expectations;

void revmap_begin_expect(apr_pool_t *pconf)
{
    expectations = apr_array_make(pconf, 0, sizeof(expectation));
}

/* ---- the line ----------------------------------------------------------- */

/* There is no request for which a condition could be true. */
static const char *check_place(const cmd_parms *cmd)
{
    const ap_directive_t *section;

    for (section = cmd->directive->parent; section; section = section->parent) {
        const char *name = section->directive;

        if (revmap_is_word(name, "<If") || revmap_is_word(name, "<ElseIf")
            || revmap_is_word(name, "<Else")) {
            return apr_psprintf(cmd->pool,
                                "it cannot stand in %s>, which needs a "
                                "request: write it outside of it",
                                name);
        }
    }
    return NULL;
}

static int is_url(const char *word)
{
    return word[0] == '/' || !ap_cstr_casecmpn(word, "http://", 7)
           || !ap_cstr_casecmpn(word, "https://", 8);
}

/* The public URL, as written or as the <Location> says. */
static const char *read_url(cmd_parms *cmd, const char *word, expectation *e)
{
    const char *location = revmap_plain_location(cmd);
    revmap_slice path;

    if (is_url(word)) {
        e->url = word;
        return NULL;
    }
    if (!location) {
        return apr_psprintf(cmd->pool,
                            "'%s' is no public URL, which comes first outside "
                            "of a plain <Location>: " USAGE,
                            word);
    }
    path = revmap_path_escape(cmd->pool, revmap_slice_of(location), 1);
    e->url = apr_pstrmemdup(cmd->pool, path.ptr, path.len);
    return NULL;
}

/* "Name: value" */
static const char *read_header(apr_pool_t *pool, const char *word,
                               expectation *e)
{
    apr_size_t len = strcspn(word, ": \t");

    if (!len || word[len] != ':') {
        return apr_psprintf(pool,
                            "'%s' is no header with its value: write it like "
                            "\"Location: http://backend/path\"",
                            word);
    }
    e->header = apr_pstrmemdup(pool, word, len);
    e->value = word + len + 1 + strspn(word + len + 1, " \t");
    return NULL;
}

/* What the client must get, which is the value alone. */
static const char *read_expected(apr_pool_t *pool, const char *word,
                                 expectation *e)
{
    apr_size_t len = strlen(e->header);

    e->expected = word;
    if (!ap_cstr_casecmpn(word, e->header, len) && word[len] == ':') {
        return apr_psprintf(pool,
                            "'%s' begins with the header's name: write the "
                            "value alone",
                            word);
    }
    return NULL;
}

static const char *read_option(apr_pool_t *pool, const char *word,
                               expectation *e)
{
    if (ap_cstr_casecmpn(word, "backend=", 8) == 0) {
        e->backend = word + 8;
        return NULL;
    }
    return apr_psprintf(pool,
                        "'%s' is unknown: write 'backend=http://host/path', or "
                        "quotes around what belongs together",
                        word);
}

/* RevMapExpect [url] "Header: value" expected|unchanged [backend=url] */
const char *revmap_set_expect(cmd_parms *cmd, void *dir_config, int argc,
                              char *const argv[])
{
    int has_url = argc && is_url(argv[0]);
    const char *error = revmap_check_context(cmd);
    expectation e;
    int i;

    if (error) {
        return error;
    }
    memset(&e, 0, sizeof(e));
    e.directive = cmd->directive;
    e.server = cmd->server;
    error = check_place(cmd);
    if (!error && argc < has_url + 2) {
        error = "a header and what the client must get are missing: " USAGE;
    }
    if (!error) {
        error = read_url(cmd, argv[0], &e);
    }
    if (!error) {
        error = read_header(cmd->pool, argv[has_url], &e);
    }
    if (!error) {
        error = read_expected(cmd->pool, argv[has_url + 1], &e);
    }
    for (i = has_url + 2; !error && i < argc; i++) {
        error = read_option(cmd->pool, argv[i], &e);
    }
    if (!error) {
        APR_ARRAY_PUSH(expectations, expectation) = e;
    }
    return revmap_complain(cmd, error);
}

/* ---- the check ---------------------------------------------------------- */

/* "SSLEngine on", -1 if it is not said here. */
static int speaks_tls(const ap_directive_t *line)
{
    int tls = -1;

    for (; line; line = line->next) {
        if (revmap_is_word(line->directive, "SSLEngine")) {
            tls = !revmap_is_word(line->args, "off");
        }
    }
    return tls;
}

static revmap_scheme scheme_of(const expectation *e)
{
    const ap_directive_t *top = e->directive;
    int tls = -1;

    if (e->server->server_scheme) {
        tls = ap_cstr_casecmp(e->server->server_scheme, "https") == 0;
    }
    while (top->parent) {
        top = top->parent;
    }
    if (tls < 0 && revmap_is_virtual_host(top)) {
        tls = speaks_tls(top->first_child);
    }
    if (tls < 0) {
        tls = speaks_tls(ap_conftree);
    }
    return tls > 0 ? REVMAP_HTTPS : REVMAP_HTTP;
}

/* By which line, if it was one; a rule may come from the request, too. */
static const char *describe_place(apr_pool_t *pool, const revmap_answer *answer)
{
    const revmap_place *place = answer->place;

    if (!place || !place->line) {
        return place ? apr_pstrcat(pool, " by ", place->file, NULL) : "";
    }
    return apr_psprintf(pool, " by line %u of %s%s%s%s", place->line,
                        place->file, answer->line ? " (" : "",
                        answer->line ? answer->line : "",
                        answer->line ? ")" : "");
}

/* Which backend was asked, or how to name it. */
static const char *describe_backend(apr_pool_t *pool,
                                    const revmap_answer *answer)
{
    if (!answer->backend) {
        return apr_psprintf(pool,
                            "which backend was asked is not known, because %s: "
                            "write 'backend=http://host/path' behind it",
                            answer->backend_by);
    }
    return apr_psprintf(pool, "the backend was asked for %s, %s",
                        answer->backend, answer->backend_by);
}

/* What comes out is quoted, and the other value is what is written. */
static const char *describe(apr_pool_t *pool, const expectation *e,
                            const revmap_answer *answer)
{
    return apr_psprintf(pool, "%s gets '%s: %s'%s, not '%s': %s%s; %s",
                        answer->url, e->header, answer->value,
                        answer->is_changed ? "" : ", unchanged", e->expected,
                        answer->why, describe_place(pool, answer),
                        describe_backend(pool, answer));
}

/* Returns NULL if the line holds, or what is wrong. */
static const char *check(apr_pool_t *pool, const expectation *e)
{
    revmap_question question;
    revmap_answer answer;
    const char *error;

    memset(&question, 0, sizeof(question));
    question.server = e->server;
    question.scheme = scheme_of(e);
    question.url = e->url;
    question.backend = e->backend;
    question.header = e->header;
    question.value = e->value;
    error = revmap_ask(pool, &question, &answer);
    if (error) {
        return error;
    }
    if (revmap_is_word(e->expected, UNCHANGED)) {
        return answer.is_changed ? describe(pool, e, &answer) : NULL;
    }
    return strcmp(e->expected, answer.value) != 0 ? describe(pool, e, &answer)
                                                  : NULL;
}

int revmap_check_expect(apr_pool_t *ptemp)
{
    int status = OK;
    int i;

    for (i = 0; i < expectations->nelts; i++) {
        const expectation *e = &APR_ARRAY_IDX(expectations, i, expectation);
        const char *error = check(ptemp, e);

        if (error
            && revmap_remark(APLOG_ERR, e->server, "%s on line %d of %s: %s",
                             e->directive->directive, e->directive->line_num,
                             e->directive->filename, error)
                   != OK) {
            status = HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return status;
}
