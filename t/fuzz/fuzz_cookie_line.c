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

/* RevMapCookie lines.  Whatever they say, a cookie that a browser takes from
 * the backend is one that it takes from the public site; and of the cookies of
 * a request only those change that have another name. */

#include "fuzz.h"

#include "fixture.h"

#define MAX_ATTRIBUTE 1024
#define MAX_COOKIE 4096

/* clang-format off */
#define REQUEST                                                                \
    "http://b.int.corp/app/x", "https://www.pub.example/p/x"
#define RULE "/p/ http://b.int.corp/app/"
static const setting maps[] = {
    {{RULE, "cookie * Secure HttpOnly SameSite=Lax", "cookie a rename=z"},
     REQUEST},
    {{RULE, "cookie * -Secure -HttpOnly", "cookie a* SameSite=None narrow"},
     REQUEST},
    {{RULE, "cookie * SameSite=None Partitioned narrow",
      "cookie ~x -SameSite -Partitioned", "cookie a rename=b",
      "cookie b rename=a", "cookie __Host-a rename=__Host-bbbb"}, REQUEST},
    {{RULE, "cookie * -Secure -SameSite", "cookie b keep",
      "cookie a rename=long-name-of-another-cookie", "<inner>",
      "cookie * Partitioned -HttpOnly"}, REQUEST},
};
/* clang-format on */

#define KEEPS_B 3
#define MAPS (sizeof(maps) / sizeof(maps[0]))

/* ---- a browser ---------------------------------------------------------- */

/* What a field says, as RFC 6265bis reads it. */
typedef struct cookie {
    const char *name;
    const char *value;
    const char *path;   /* NULL: none */
    const char *domain; /* without its dot; "": none */
    int is_secure;
    int is_http_only;
    int needs_secure;
} cookie;

static const char *trimmed(apr_pool_t *pool, const char *text, size_t len)
{
    while (len && strchr(" \t", *text)) {
        text++;
        len--;
    }
    while (len && strchr(" \t", text[len - 1])) {
        len--;
    }
    return apr_pstrmemdup(pool, text, len);
}

static void read_attribute(cookie *c, const char *name, const char *value,
                           int *is_none)
{
    if (strlen(value) > MAX_ATTRIBUTE) {
        return;
    }
    if (!strcasecmp(name, "path")) {
        c->path = value;
    }
    else if (!strcasecmp(name, "domain")) {
        c->domain = value + (*value == '.');
    }
    else if (!strcasecmp(name, "samesite")) {
        *is_none = !strcasecmp(value, "none");
    }
    c->is_secure |= !strcasecmp(name, "secure");
    c->is_http_only |= !strcasecmp(name, "httponly");
    c->needs_secure |= !strcasecmp(name, "partitioned");
}

static void read_cookie(apr_pool_t *pool, const char *text, cookie *c)
{
    int is_none = 0;
    int is_first = 1;

    memset(c, 0, sizeof(*c));
    c->domain = "";
    for (;;) {
        size_t len = strcspn(text, ";");
        const char *equals = memchr(text, '=', len);
        size_t to = equals ? (size_t)(equals - text) : len;
        const char *name = trimmed(pool, text, to);
        const char *value =
            equals ? trimmed(pool, equals + 1, len - to - 1) : "";

        if (is_first) {
            c->name = equals ? name : "";
            c->value = equals ? value : name;
        }
        else {
            read_attribute(c, name, value, &is_none);
        }
        is_first = 0;
        if (!text[len]) {
            break;
        }
        text += len + 1;
    }
    c->needs_secure |= is_none;
}

static int begins(const char *name, const char *with)
{
    return !strncasecmp(name, with, strlen(with));
}

static int is_within(const char *host, const char *domain)
{
    size_t len = strlen(host);
    size_t more = len - strlen(domain);

    return !*domain
           || (len >= strlen(domain) && !strcasecmp(host + more, domain)
               && (!more || host[more - 1] == '.'));
}

/* Without a name, a value that looks like one of these is rejected. */
static int keeps_promise(const cookie *c)
{
    const char *name = *c->name ? c->name : c->value;
    int host = begins(name, "__Host-");
    int http = begins(name, "__Http-") || begins(name, "__Host-Http-");

    if (!host && !http && !begins(name, "__Secure-")) {
        return 1;
    }
    return *c->name && c->is_secure && (!http || c->is_http_only)
           && (!host || (!*c->domain && c->path && !strcmp(c->path, "/")));
}

static int is_taken(apr_pool_t *pool, const char *text, const char *host)
{
    cookie c;

    read_cookie(pool, text, &c);
    return (*c.name || *c.value)
           && strlen(c.name) + strlen(c.value) <= MAX_COOKIE
           && is_within(host, c.domain) && keeps_promise(&c)
           && (!c.needs_secure || c.is_secure);
}

static int has_control_byte(const char *text)
{
    for (; *text; text++) {
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7F) {
            return 1;
        }
    }
    return 0;
}

/* ---- checks ------------------------------------------------------------- */

/* A line of maps that keeps a Domain for the backend's host. */
static int is_kept(apr_pool_t *pool, size_t map, const char *text)
{
    cookie c;

    read_cookie(pool, text, &c);
    return map == KEEPS_B && !strcmp(c.name, "b");
}

static void check_response(const world *w, size_t map, const char *text)
{
    revmap_outcome outcome;
    const char *made = map_cookie(w, text, &outcome);
    const char *host =
        is_kept(w->pool, map, text) ? "b.int.corp" : "www.pub.example";

    if (!outcome.value) {
        return;
    }
    if (has_control_byte(text)) {
        BREAKS("a control byte\n  value   %s\n  answer  %s", text, made);
    }
    if (is_taken(w->pool, text, "b.int.corp")
        && !is_taken(w->pool, made, host)) {
        BREAKS("a browser would reject it\n  value   %s\n  answer  %s", text,
               made);
    }
    if (strlen(made) > strlen(text) + 200) {
        BREAKS("something is there twice\n  value   %s\n  answer  %s", text,
               made);
    }
}

/* The names of a Cookie field in their order, as the backend is to see them. */
static const char *expected_names(const world *w, const char *text, int is_made)
{
    const char *names = "";

    for (;;) {
        size_t len = strcspn(text, ";");
        const char *equals = memchr(text, '=', len);
        const char *name =
            equals ? trimmed(w->pool, text, (size_t)(equals - text)) : "";
        revmap_slice slice = revmap_slice_of(name);
        const revmap_cookie_line *line =
            is_made ? NULL : revmap_cookie_renamed(w->scope, slice, w->pool);

        if (line) {
            name = string_of(w->pool, line->name);
        }
        else if (!is_made && *name
                 && revmap_cookie_renaming(w->scope, slice, w->pool)) {
            name = "";
        }
        if (*name) {
            names = apr_pstrcat(w->pool, names, name, "\n", NULL);
        }
        if (!text[len]) {
            return names;
        }
        text += len + 1;
    }
}

static void check_request(const world *w, const char *text)
{
    revmap_slice sent = exact_slice(text);
    const char *made = revmap_cookie_return(w->scope, sent, w->pool);
    const char *names = expected_names(w, text, 0);

    made = made ? apr_pstrdup(w->pool, made) : text;
    free_slice(sent);
    if (strcmp(names, expected_names(w, made, 1))) {
        BREAKS("other cookies were expected\n  sent    %s\n  answer  %s", text,
               made);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static world worlds[MAPS];
    const char *text;
    size_t m;
    world w;

    if (!size || size > 20000 || memchr(data, '\0', size)) {
        return 0;
    }
    m = ((size_t)(data[0] - 'A') & 0xFF) % MAPS;
    if (!worlds[m].pool) {
        worlds[m] = world_of(&maps[m]);
    }
    w = worlds[m];
    apr_pool_create(&w.pool, worlds[m].pool);
    text = apr_pstrmemdup(w.pool, (const char *)data + 1, size - 1);
    check_response(&w, m, text);
    check_request(&w, text);
    apr_pool_destroy(w.pool);
    return 0;
}
