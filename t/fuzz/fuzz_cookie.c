/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A Set-Cookie field that the backend sends. Input: a letter that chooses the
 * map, and the field.
 *
 * Name and value, and all attributes but Path and Domain, keep their bytes
 * and their order; a Domain may go, with all the others, and a Path may be
 * appended. What a browser makes of the new Path is what it would have made of
 * the old one, put behind the public side.
 */

#include "fuzz.h"

#include <time.h>

#define MAX_PIECES 4096
#define MAX_ATTRIBUTE 1024

/* clang-format off */
static const struct {
    setting set;
    const char *backend; /* paths of the one rule, without trailing slash */
    const char *open;
    const char *line[2]; /* of a RevMapCookiePath, as written */
} maps[] = {
    {{{"/p/ http://b.int.corp:8080/app/"},
      "http://b.int.corp:8080/app/x", "https://www.pub.example/p/x"},
     "/app", "/p"},
    {{{"/p/ http://b.int.corp/"},
      "http://b.int.corp/d/x", "https://www.pub.example/p/d/x"}, "", "/p"},
    {{{"/ http://b.int.corp/app/"},
      "http://b.int.corp/app/d/x", "https://www.pub.example/d/x"},
     "/app", ""},
    {{{"/ http://b.int.corp/"},
      "http://b.int.corp/d/x", "https://www.pub.example/d/x"}, "", ""},
    {{{"https://www.pub.example/p/q/ http://b.int.corp/app/"},
      "http://b.int.corp/app/e/x", "https://www.pub.example/p/q/other"},
     "/app", "/p/q"},
    {{{"/p/ http://b.pub.example/app/"},
      "http://b.pub.example/app/x", "https://www.pub.example/p/x",
      "https://www.pub.example"}, "/app", "/p"},
    {{{"/p/ http://b.int.corp/app/", "cookiepath /app/ /q/"},
      "http://b.int.corp/app/x", "https://www.pub.example/p/x"},
     "/app", "/p", {"/app/", "/q/"}},
    {{{"/p/ /app/"}, NULL, "https://www.pub.example/p/x"}, "/app", "/p"},
    {{{"/p/ http://[2001:db8::1]/app/"},
      "http://[2001:db8::1]/app/x", "https://www.pub.example/p/x"},
     "/app", "/p"},
};
/* clang-format on */

#define MAPS (sizeof(maps) / sizeof(maps[0]))

typedef struct piece {
    const char *whole; /* from the ';' on */
    const char *name;
    const char *value;
} piece;

typedef struct field {
    const char *pair;
    piece piece[MAX_PIECES];
    int pieces;
    const char *path; /* of the last Path that counts, else NULL */
    const char *domain;
} field;

typedef struct trial {
    size_t map;
    apr_pool_t *pool;
    const char *value;
    const char *answer;
} trial;

#define TRIAL_BREAKS(t, what)                                                  \
    BREAKS("%s\n  map     %s\n  value   %s\n  answer  %s", what,               \
           maps[(t)->map].set.lines[0], (t)->value, (t)->answer)

/* ---- reading ------------------------------------------------------------ */

static const char *trimmed(apr_pool_t *pool, const char *text, size_t len)
{
    char *copy = apr_pstrmemdup(pool, text, len);

    while (len && strchr(" \t", copy[len - 1])) {
        copy[--len] = '\0';
    }
    return copy + strspn(copy, " \t");
}

static void read_piece(apr_pool_t *pool, const char *text, size_t len, piece *p)
{
    const char *equals = memchr(text, '=', len);
    const char *end = equals ? equals : text + len;

    p->whole = apr_pstrmemdup(pool, text, len);
    p->name = trimmed(pool, text + 1, (size_t)(end - text) - 1);
    p->value =
        equals ? trimmed(pool, equals + 1, (size_t)(text + len - equals) - 1)
               : "";
}

static int is_named(const piece *p, const char *name)
{
    return !strcasecmp(p->name, name) && strlen(p->value) <= MAX_ATTRIBUTE;
}

static int read_field(apr_pool_t *pool, const char *text, field *f)
{
    size_t len = strcspn(text, ";");

    f->pair = apr_pstrmemdup(pool, text, len);
    f->pieces = 0;
    f->path = f->domain = NULL;
    for (text += len; *text && f->pieces < MAX_PIECES; text += len) {
        piece *p = &f->piece[f->pieces++];

        len = 1 + strcspn(text + 1, ";");
        read_piece(pool, text, len, p);
        f->path = is_named(p, "path") ? p->value : f->path;
        f->domain = is_named(p, "domain") && p->value[*p->value == '.']
                        ? p->value
                        : f->domain;
    }
    return !*text;
}

/* ---- what is expected --------------------------------------------------- */

static const char *default_path(apr_pool_t *pool, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == path ? "/"
                         : apr_pstrmemdup(pool, path, (size_t)(slash - path));
}

static int covers(const char *prefix, const char *path)
{
    size_t len = strlen(prefix);

    return !strncmp(prefix, path, len) && (!path[len] || path[len] == '/');
}

/* The prefix and the rest, with one slash between them. */
static const char *by_line(apr_pool_t *pool, size_t m, const char *path)
{
    const char *to = maps[m].line[1];
    const char *rest = path + strlen(maps[m].line[0]) - 1;

    if (!strcmp(rest, "/") || !*rest) {
        return to;
    }
    return apr_pstrcat(pool, to, rest + 1, NULL);
}

/* Where a Path of the backend leads, or itself. */
static const char *mapped(apr_pool_t *pool, size_t m, const char *path)
{
    const char *back = maps[m].backend;
    const char *open = maps[m].open;
    const char *made;

    if (maps[m].line[0] && covers("/app", path)) {
        return by_line(pool, m, path);
    }
    if (!covers(back, path)
        || (strlen(open) > strlen(back) && covers(back, open)
            && covers(open, path))) {
        return path;
    }
    made = apr_pstrcat(pool, open, path + strlen(back), NULL);
    if (!*back && !strcmp(path, "/")) {
        made = open;
    }
    made = *made ? made : "/";
    return strlen(made) > MAX_ATTRIBUTE ? path : made;
}

/* The longest path that a browser takes at both ends. */
static const char *path_of(apr_pool_t *pool, const char *url)
{
    browser_url base = {1, 1, 0, "http", "base.test", 80, "/", "", ""};

    return browser_read(pool, url, &base).path;
}

static int is_within(const char *host, const char *domain)
{
    size_t len = strlen(host);
    size_t more = len - strlen(domain);

    return len >= strlen(domain) && !strcasecmp(host + more, domain)
           && (!more || host[more - 1] == '.') && *host != '[';
}

/* Is the cookie's domain one that only the backend's side of the proxy knows?
 */
static int loses_domain(const trial *t, const field *f)
{
    const setting *set = &maps[t->map].set;
    const char *domain = f->domain;
    browser_url base = {1, 1, 0, "http", "base.test", 80, "/", "", ""};

    if (!domain || !*(domain += *domain == '.') || !set->requested) {
        return 0;
    }
    return !is_within(browser_read(t->pool, set->asked, &base).host, domain)
           && is_within(browser_read(t->pool, set->requested, &base).host,
                        domain);
}

/* ---- checks ------------------------------------------------------------- */

/* Only the value differs. */
static void check_frame(const trial *t, const piece *old, const piece *new)
{
    const char *before = strstr(old->whole, "=");
    size_t head = before ? (size_t)(before - old->whole) + 1 : 0;
    size_t tail;

    if (!before) {
        TRIAL_BREAKS(t, "an attribute without value has changed");
    }
    head += strspn(old->whole + head, " \t");
    tail = strlen(old->whole) - head - strlen(old->value);
    if (strncmp(old->whole, new->whole, head)
        || strlen(new->whole) != head + strlen(new->value) + tail
        || strcmp(old->whole + strlen(old->whole) - tail,
                  new->whole + strlen(new->whole) - tail)) {
        TRIAL_BREAKS(t, "what stands around a value has changed");
    }
}

static void check_piece(const trial *t, const piece *old, const piece *new)
{
    const char *expected;

    if (!is_named(old, "path")) {
        if (strcmp(old->whole, new->whole)) {
            TRIAL_BREAKS(t, "an attribute has changed");
        }
        return;
    }
    expected =
        *old->value == '/' ? mapped(t->pool, t->map, old->value) : old->value;
    if (strcmp(new->value, expected)) {
        fprintf(stderr, "\nexpected %s", expected);
        TRIAL_BREAKS(t, "another Path was expected");
    }
    if (strcmp(old->whole, new->whole)) {
        check_frame(t, old, new);
    }
}

/* A cookie without a Path of its own. */
static const char *appended_path(const trial *t, const field *old)
{
    const setting *set = &maps[t->map].set;
    const char *from;
    const char *made;

    if ((old->path && *old->path == '/') || !set->requested) {
        return NULL;
    }
    from = default_path(t->pool, path_of(t->pool, set->requested));
    made = maps[t->map].line[0] ? NULL : mapped(t->pool, t->map, from);
    if (!made) {
        /* What RevMapCookiePath says about a default is not promised. */
        made = apr_pstrcat(t->pool, maps[t->map].open,
                           from + strlen(maps[t->map].backend), NULL);
    }
    return strcmp(made, default_path(t->pool, path_of(t->pool, set->asked)))
               ? made
               : NULL;
}

static void check_end(const trial *t, const field *old, const field *new, int n)
{
    const char *added = appended_path(t, old);

    if (new->pieces - n != (added != NULL)
        || (added
            && strcmp(new->piece[n].whole,
                      apr_pstrcat(t->pool, "; Path=", added, NULL)))) {
        fprintf(stderr, "\nexpected %s", added ? added : "nothing");
        TRIAL_BREAKS(t, "something else was expected at the end");
    }
}

static void check_fields(const trial *t, const field *old, const field *new)
{
    int loses = loses_domain(t, old);
    int n = 0;
    int i;

    if (strcmp(old->pair, new->pair)) {
        TRIAL_BREAKS(t, "name or value have changed");
    }
    for (i = 0; i < old->pieces; i++) {
        if (loses && is_named(&old->piece[i], "domain")) {
            continue;
        }
        if (n == new->pieces) {
            TRIAL_BREAKS(t, "an attribute is lost");
        }
        check_piece(t, &old->piece[i], &new->piece[n++]);
    }
    check_end(t, old, new, n);
}

static int must_stay(const char *text)
{
    const char *c;

    for (c = text; *c; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7F) {
            return 1;
        }
    }
    text += strspn(text, " \t");
    /* Without a name it is the value that counts (section 5.7). */
    text += *text == '=' ? 1 + strspn(text + 1, " \t") : 0;
    return !strncasecmp(text, "__host-", 7);
}

static void check(const trial *t)
{
    static field old;
    static field new;

    if (must_stay(t->value)) {
        if (strcmp(t->answer, t->value)) {
            TRIAL_BREAKS(t, "is to stay");
        }
        return;
    }
    if (read_field(t->pool, t->value, &old)
        && read_field(t->pool, t->answer, &new)) {
        check_fields(t, &old, &new);
    }
}

/* ---- running ------------------------------------------------------------ */

static const world *world_at(size_t m)
{
    static world worlds[MAPS];

    if (!worlds[m].pool) {
        worlds[m] = world_of(&maps[m].set);
    }
    return &worlds[m];
}

static const char *ask(const trial *t, size_t len)
{
    revmap_slice text = revmap_slice_make(exact_mem(t->value, len), len);
    const char *answer = t->value;
    revmap_outcome outcome;

    memset(&outcome, 0, sizeof(outcome));
    revmap_cookie_map(&world_at(t->map)->exchange, text, t->pool, &outcome);
    if ((outcome.reason == REVMAP_MAPPED) != (outcome.value != NULL)) {
        TRIAL_BREAKS(t, "reason and value differ");
    }
    if (!knows_cookie(world_at(t->map), t->pool, text, &outcome)) {
        TRIAL_BREAKS(t, "the outcome knows another cookie");
    }
    if (outcome.value) {
        answer = apr_pstrdup(t->pool, outcome.value);
    }
    free_slice(text);
    return answer;
}

/* A field twice as long takes twice as long: this one would take minutes. */
static void check_linear(void)
{
    static const char attribute[] = "; Path=/app/x; Domain=b.int.corp";
    size_t len = sizeof(attribute) - 1;
    size_t count = 100000;
    trial t = {0, NULL, NULL, "(long)"};
    clock_t begin = clock();
    char *text;
    size_t i;

    apr_pool_create(&t.pool, world_at(0)->pool);
    t.value = text = apr_palloc(t.pool, len * count + 4);
    memcpy(text, "a=b", 4);
    for (i = 0; i < count; i++) {
        memcpy(text + 3 + i * len, attribute, len + 1);
    }
    ask(&t, 3 + len * count);
    if ((clock() - begin) / CLOCKS_PER_SEC > 5) {
        BREAKS("a long cookie takes more than its length");
    }
    apr_pool_destroy(t.pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int is_ready;
    trial t;

    if (!is_ready++) {
        check_linear();
    }
    if (!size) {
        return 0;
    }
    t.map = ((size_t)(data[0] - 'A') & 0xFF) % MAPS;
    apr_pool_create(&t.pool, world_at(t.map)->pool);
    t.value = apr_pstrmemdup(t.pool, (const char *)data + 1, size - 1);
    t.answer = "";
    t.answer = ask(&t, size - 1);
    if (!memchr(t.value, '\0', size - 1)) {
        check(&t);
    }
    else if (t.answer != t.value) {
        TRIAL_BREAKS(&t, "holds a NUL");
    }
    apr_pool_destroy(t.pool);
    return 0;
}
