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

/* The words of a RevMapCookie line. */

#include "revmap/cookie_field.h"
#include "revmap/cookie_line.h"

#include "apr_strings.h"

/* clang-format off */
static const struct {
    const char *word;
    revmap_cookie_aspect aspect;
    const char *says;
} actions[] = {
    { "Secure",          REVMAP_COOKIE_SECURE,      "Secure" },
    { "-Secure",         REVMAP_COOKIE_SECURE,      "" },
    { "HttpOnly",        REVMAP_COOKIE_HTTP_ONLY,   "HttpOnly" },
    { "-HttpOnly",       REVMAP_COOKIE_HTTP_ONLY,   "" },
    { "Partitioned",     REVMAP_COOKIE_PARTITIONED, "Partitioned" },
    { "-Partitioned",    REVMAP_COOKIE_PARTITIONED, "" },
    { "SameSite=Strict", REVMAP_COOKIE_SAME_SITE,   "Strict" },
    { "SameSite=Lax",    REVMAP_COOKIE_SAME_SITE,   "Lax" },
    { "SameSite=None",   REVMAP_COOKIE_SAME_SITE,   "None" },
    { "-SameSite",       REVMAP_COOKIE_SAME_SITE,   "" },
    { "narrow",          REVMAP_COOKIE_SCOPE,       "narrow" },
    { "keep",            REVMAP_COOKIE_SCOPE,       "keep" },
};
/* clang-format on */

/* What people are told to choose from; keep it like the table above. */
#define ACTIONS                                                                \
    "Secure, HttpOnly, Partitioned, SameSite=Strict, SameSite=Lax or "         \
    "SameSite=None, or -Secure, -HttpOnly, -Partitioned or -SameSite to take " \
    "one out, or narrow, keep or rename=other"

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

/* ---- names -------------------------------------------------------------- */

/* What cannot stand in the name of a cookie, whoever reads it. */
static int has_odd_byte(const char *name)
{
    const unsigned char *c;

    for (c = (const unsigned char *)name; *c; c++) {
        if (*c < ' ' || *c == 0x7F || *c == ';' || *c == '=') {
            return 1;
        }
    }
    return *name == ' ' || (c != (const unsigned char *)name && c[-1] == ' ');
}

/* A cookie that is really called so can be named by a regular expression. */
static int is_flag(const char *word)
{
    int i;

    for (i = 0; i < COUNT(actions); i++) {
        if (actions[i].aspect != REVMAP_COOKIE_SCOPE
            && strcmp(actions[i].word, word) == 0) {
            return 1;
        }
    }
    return 0;
}

static const char *read_name(apr_pool_t *pool, revmap_cookie_line *line,
                             const char *word)
{
    const char *star = strchr(word, '*');

    if (*word == '~') {
        line->how = REVMAP_MATCH_REGEX;
        line->name = REVMAP_LITERAL("");
        return word[1] ? NULL
                       : "'~' has no regular expression: write it right "
                         "behind, like '~^sid[0-9]+$'";
    }
    if (is_flag(word)) {
        return apr_psprintf(pool,
                            "'%s' is an action, and the name of a cookie comes "
                            "first: write '* %s' for all cookies",
                            word, word);
    }
    if (!*word || has_odd_byte(word)) {
        return apr_psprintf(pool,
                            "'%s' is not the name of a cookie: write it like "
                            "'JSESSIONID', without '=' and what follows",
                            word);
    }
    if (star && star[1]) {
        return apr_psprintf(pool,
                            "'%s' has a '*' in it: write '%.*s*', or a regular "
                            "expression behind a '~'",
                            word, (int)(star - word), word);
    }
    line->how = star ? REVMAP_MATCH_PREFIX : REVMAP_MATCH_EXACT;
    line->name = revmap_slice_of(word);
    line->name.len -= star ? 1 : 0;
    return NULL;
}

/* A name that makes a promise is given only to a cookie that has made the same
 * one, and no promise is taken back. */
static const char *check_new_name(apr_pool_t *pool,
                                  const revmap_cookie_line *line,
                                  const char *word, const char *name)
{
    revmap_cookie_prefix now = revmap_cookie_prefix_of(revmap_slice_of(name));
    revmap_cookie_prefix before = revmap_cookie_prefix_of(line->name);

    if (line->how != REVMAP_MATCH_EXACT) {
        return apr_psprintf(pool,
                            "'%s' needs the one name that it replaces: write a "
                            "line for each cookie",
                            word);
    }
    if (!revmap_is_token(name) || strchr(name, '*')) {
        return apr_psprintf(pool,
                            "'%s' gives no name that a cookie can have: write "
                            "letters, digits, '-', '_' and '.'",
                            word);
    }
    if (now != before && now) {
        return apr_psprintf(pool,
                            "'%s' begins like '__Host-', '__Secure-' or "
                            "'__Http-', which promises to browsers what the "
                            "cookie may not keep: write another name",
                            word);
    }
    if (now != before) {
        return apr_psprintf(pool,
                            "'%s' takes from '%.*s' what its beginning "
                            "promises to browsers: let the new name begin "
                            "alike",
                            word, (int)line->name.len, line->name.ptr);
    }
    if (revmap_slice_equal(line->name, revmap_slice_of(name))) {
        return apr_psprintf(pool, "'%s' is the name that it has: leave it out",
                            word);
    }
    return NULL;
}

/* ---- actions ------------------------------------------------------------ */

static int begins(const char *word, const char *with)
{
    return revmap_slice_begins_nocase(revmap_slice_of(word),
                                      revmap_slice_of(with));
}

/* What has a directive of its own. */
static const char *directive_for(const char *word)
{
    word += *word == '-' ? 1 : 0;
    if (begins(word, "Path")) {
        return "RevMapCookiePath";
    }
    return begins(word, "Domain") ? "RevMapCookieDomain" : NULL;
}

static const char *unknown(apr_pool_t *pool, const char *word)
{
    const char *directive = directive_for(word);

    if (directive) {
        return apr_psprintf(pool, "unknown action '%s': write %s for it", word,
                            directive);
    }
    if (begins(word, "-SameSite=")) {
        return apr_psprintf(pool,
                            "'%s' names a value: write '-SameSite' to take it "
                            "out, whatever it is",
                            word);
    }
    return apr_psprintf(pool, "unknown action '%s': write " ACTIONS, word);
}

static const char *say(apr_pool_t *pool, revmap_cookie_line *line,
                       revmap_cookie_aspect aspect, const char *says,
                       const char *word)
{
    if (line->says[aspect]) {
        return apr_psprintf(pool,
                            "'%s' comes on top of another word about the same: "
                            "write one of them",
                            word);
    }
    line->says[aspect] = says;
    return NULL;
}

static const char *read_action(apr_pool_t *pool, revmap_cookie_line *line,
                               const char *word)
{
    int i;

    if (begins(word, "rename=")) {
        const char *name = word + strlen("rename=");
        const char *error = check_new_name(pool, line, word, name);

        return error ? error : say(pool, line, REVMAP_COOKIE_NAME, name, word);
    }
    for (i = 0; i < COUNT(actions); i++) {
        if (revmap_slice_equal_nocase(revmap_slice_of(actions[i].word),
                                      revmap_slice_of(word))) {
            return say(pool, line, actions[i].aspect, actions[i].says, word);
        }
    }
    return unknown(pool, word);
}

static int is_said(const revmap_cookie_line *line, revmap_cookie_aspect aspect,
                   const char *what)
{
    return line->says[aspect] && strcmp(line->says[aspect], what) == 0;
}

/* What no browser would take, as far as one line can tell. */
static const char *check_rejected(apr_pool_t *pool,
                                  const revmap_cookie_line *line)
{
    revmap_cookie_prefix prefix = line->how == REVMAP_MATCH_REGEX
                                      ? REVMAP_PREFIX_NONE
                                      : revmap_cookie_prefix_of(line->name);
    int insecure = is_said(line, REVMAP_COOKIE_SECURE, "");

    if (insecure && is_said(line, REVMAP_COOKIE_SAME_SITE, "None")) {
        return "browsers reject 'SameSite=None' without Secure: write 'Secure' "
               "in place of '-Secure'";
    }
    if (insecure && is_said(line, REVMAP_COOKIE_PARTITIONED, "Partitioned")) {
        return "browsers reject 'Partitioned' without Secure: write 'Secure' "
               "in place of '-Secure'";
    }
    if (insecure && prefix) {
        return apr_psprintf(pool,
                            "browsers reject '%.*s' without Secure: leave "
                            "'-Secure' out",
                            (int)line->name.len, line->name.ptr);
    }
    if (is_said(line, REVMAP_COOKIE_HTTP_ONLY, "")
        && revmap_prefix_is_http(prefix)) {
        return apr_psprintf(pool,
                            "browsers reject '%.*s' without HttpOnly: leave "
                            "'-HttpOnly' out",
                            (int)line->name.len, line->name.ptr);
    }
    if (is_said(line, REVMAP_COOKIE_SCOPE, "narrow")
        && revmap_prefix_is_host(prefix)) {
        return apr_psprintf(pool,
                            "browsers reject '%.*s' with another Path than "
                            "'/': leave 'narrow' out",
                            (int)line->name.len, line->name.ptr);
    }
    return NULL;
}

const char *revmap_cookie_line_parse(apr_pool_t *pool, revmap_cookie_line *line,
                                     char *const *words, int count)
{
    const char *error = read_name(pool, line, words[0]);
    int i;

    if (!error && count < 2) {
        error = apr_psprintf(
            pool, "'%s' stands alone: write " ACTIONS " behind it", words[0]);
    }
    for (i = 1; i < count && !error; i++) {
        error = read_action(pool, line, words[i]);
    }
    if (!error && count > 2 && is_said(line, REVMAP_COOKIE_SCOPE, "keep")) {
        error = "'keep' leaves a cookie as it is: write it alone";
    }
    return error ? error : check_rejected(pool, line);
}
