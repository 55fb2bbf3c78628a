/* SPDX-License-Identifier: Apache-2.0 */

/* Which headers are rewritten, by which grammar: RevMapHeader. */

#include "fixture.h"

/* clang-format off */

/* The kind of a header, with the RevMapHeader lines of a setting. */
static const struct {
    const char *why;
    setting set;
    const char *name;
    revmap_kind kind;
} kinds[] = {
    {"default", {{NULL}}, "Location",            REVMAP_KIND_URL},
    {"default", {{NULL}}, "LOCATION",            REVMAP_KIND_URL},
    {"default", {{NULL}}, "Content-Location",    REVMAP_KIND_URL},
    {"default", {{NULL}}, "URI",                 REVMAP_KIND_URL},
    {"default", {{NULL}}, "Destination",         REVMAP_KIND_URL},
    {"default", {{NULL}}, "set-cookie",          REVMAP_KIND_COOKIE},
    {"default", {{NULL}}, "link",                REVMAP_KIND_LINK},
    {"default", {{NULL}}, "Refresh",             REVMAP_KIND_REFRESH},
    {"default", {{NULL}}, "Service-Worker-Allowed", REVMAP_KIND_NONE},
    {"default", {{NULL}}, "HX-Location", REVMAP_KIND_NONE},
    {"default", {{NULL}}, "HX-Redirect", REVMAP_KIND_NONE},
    {"default", {{NULL}}, "SourceMap", REVMAP_KIND_NONE},
    {"default", {{NULL}}, "WWW-Authenticate", REVMAP_KIND_NONE},
    {"default", {{NULL}}, "Access-Control-Allow-Origin", REVMAP_KIND_NONE},
    {"default", {{NULL}}, "Timing-Allow-Origin", REVMAP_KIND_NONE},
    {"default", {{NULL}}, "Content-Security-Policy",
     REVMAP_KIND_NONE},
    {"default", {{NULL}}, "SVN-Me-Resource",     REVMAP_KIND_NONE},
    {"default", {{NULL}}, "Operation-Location",  REVMAP_KIND_NONE},
    {"default", {{NULL}}, "X-Pingback",          REVMAP_KIND_NONE},
    {"default", {{NULL}}, "Alt-Svc",             REVMAP_KIND_NONE},
    {"default", {{NULL}}, "X-Accel-Redirect",    REVMAP_KIND_NONE},
    {"default", {{NULL}}, "X-Sendfile",          REVMAP_KIND_NONE},
    {"default", {{NULL}}, "Content-Type",        REVMAP_KIND_NONE},
    {"default", {{NULL}}, "Locations",           REVMAP_KIND_NONE},
    {"default", {{NULL}}, "Locatio",             REVMAP_KIND_NONE},
    {"default", {{NULL}}, "",                    REVMAP_KIND_NONE},
    {"the others keep their default", {{"header X-Url=url"}},
     "Location", REVMAP_KIND_URL},
    {"name=kind", {{"header X-Url=url"}},        "x-url", REVMAP_KIND_URL},
    {"name=kind", {{"header X-Url=URL"}},        "X-Url", REVMAP_KIND_URL},
    {"name=kind", {{"header X-C=cookie"}},       "X-C", REVMAP_KIND_COOKIE},
    {"name=kind", {{"header X-L=link"}},         "X-L", REVMAP_KIND_LINK},
    {"name=kind", {{"header X-R=Refresh"}},      "X-R", REVMAP_KIND_REFRESH},
    {"name=kind", {{"header X-P=path"}},         "X-P", REVMAP_KIND_PATH},
    {"name=kind", {{"header X-H=htmx"}},         "X-H", REVMAP_KIND_HTMX},
    {"name=kind", {{"header X-B=bearer"}},       "X-B", REVMAP_KIND_BEARER},
    {"name=kind", {{"header X-O=origins"}},      "X-O", REVMAP_KIND_ORIGINS},
    {"name=kind, its own", {{"header Link=LINK"}}, "Link", REVMAP_KIND_LINK},
    {"a known name implies its kind", {{"header Service-Worker-Allowed"}},
     "Service-Worker-Allowed", REVMAP_KIND_PATH},
    {"a known name implies its kind", {{"header X-Pingback"}},
     "X-Pingback", REVMAP_KIND_URL},
    {"a known name, lower case", {{"header x-pingback"}},
     "X-Pingback", REVMAP_KIND_URL},
    {"preset", {{"header @api"}}, "Operation-Location",   REVMAP_KIND_URL},
    {"preset", {{"header @api"}}, "Azure-AsyncOperation", REVMAP_KIND_URL},
    {"preset", {{"header @api"}}, "OData-EntityId",       REVMAP_KIND_URL},
    {"preset", {{"header @api"}}, "X-Pingback",           REVMAP_KIND_URL},
    {"preset", {{"header @api"}}, "SVN-Me-Resource",      REVMAP_KIND_NONE},
    {"preset", {{"header @dav"}}, "SVN-Repository-Root",  REVMAP_KIND_PATH},
    {"preset", {{"header @dav"}}, "SVN-Me-Resource",      REVMAP_KIND_PATH},
    {"preset", {{"header @dav"}}, "SVN-Rev-Stub",         REVMAP_KIND_PATH},
    {"preset", {{"header @dav"}}, "SVN-Rev-Root-Stub",    REVMAP_KIND_PATH},
    {"preset", {{"header @dav"}}, "SVN-Txn-Stub",         REVMAP_KIND_PATH},
    {"preset", {{"header @dav"}}, "SVN-Txn-Root-Stub",    REVMAP_KIND_PATH},
    {"preset", {{"header @dav"}}, "SVN-VTxn-Stub",        REVMAP_KIND_PATH},
    {"preset", {{"header @DAV"}}, "SVN-VTxn-Root-Stub",   REVMAP_KIND_PATH},
    {"preset", {{"header @dav"}}, "X-Pingback",           REVMAP_KIND_NONE},
    {"preset", {{"header @frontend"}}, "HX-Redirect", REVMAP_KIND_URL},
    {"preset", {{"header @frontend"}}, "HX-Push-Url", REVMAP_KIND_URL},
    {"preset", {{"header @frontend"}}, "HX-Replace-Url", REVMAP_KIND_URL},
    {"preset", {{"header @frontend"}}, "Turbolinks-Location", REVMAP_KIND_URL},
    {"preset", {{"header @frontend"}}, "X-Inertia-Location", REVMAP_KIND_URL},
    {"preset", {{"header @frontend"}}, "X-Up-Location", REVMAP_KIND_URL},
    {"preset", {{"header @frontend"}}, "X-PJAX-URL", REVMAP_KIND_URL},
    {"preset", {{"header @frontend"}}, "SourceMap", REVMAP_KIND_URL},
    {"preset", {{"header @frontend"}}, "X-SourceMap", REVMAP_KIND_URL},
    {"preset", {{"header @frontend"}}, "HX-Location", REVMAP_KIND_HTMX},
    {"preset", {{"header @frontend"}}, "Service-Worker-Allowed",
     REVMAP_KIND_PATH},
    {"preset", {{"header @frontend"}}, "HX-Trigger", REVMAP_KIND_NONE},
    {"preset", {{"header @frontend"}}, "X-Pingback", REVMAP_KIND_NONE},
    {"preset", {{"header @auth"}}, "WWW-Authenticate", REVMAP_KIND_BEARER},
    {"preset", {{"header @auth"}}, "Proxy-Authenticate", REVMAP_KIND_NONE},
    {"by name", {{"header Content-Security-Policy"}},
     "Content-Security-Policy", REVMAP_KIND_ORIGINS},
    {"by name", {{"header Content-Security-Policy-Report-Only"}},
     "Content-Security-Policy-Report-Only", REVMAP_KIND_ORIGINS},
    {"by name", {{"header Access-Control-Allow-Origin"}},
     "Access-Control-Allow-Origin", REVMAP_KIND_ORIGINS},
    {"by name", {{"header Timing-Allow-Origin"}},
     "Timing-Allow-Origin", REVMAP_KIND_ORIGINS},
    {"preset and not", {{"header @api", "header -X-Pingback"}},
     "X-Pingback", REVMAP_KIND_NONE},
    {"preset and not, the rest", {{"header @api", "header -X-Pingback"}},
     "OData-EntityId", REVMAP_KIND_URL},
    {"-name", {{"header -Location"}}, "location", REVMAP_KIND_NONE},
    {"-name, the rest", {{"header -Location"}}, "URI", REVMAP_KIND_URL},
    {"the last word counts", {{"header -URI", "header URI"}},
     "URI", REVMAP_KIND_URL},
    {"the last word counts", {{"header URI", "header -URI"}},
     "URI", REVMAP_KIND_NONE},
    {"inherited", {{"header X-Url=url", "<inner>"}},
     "X-Url", REVMAP_KIND_URL},
    {"inherited beside others",
     {{"header X-Url=url", "<inner>", "header Y-Url=url"}},
     "X-Url", REVMAP_KIND_URL},
    {"inner before outer",
     {{"header -Location", "<inner>", "header Location"}},
     "Location", REVMAP_KIND_URL},
    {"inner before outer",
     {{"header Location", "<inner>", "header -Location"}},
     "Location", REVMAP_KIND_NONE},
    {"inner of three",
     {{"header -URI", "<inner>", "header URI", "<inner>", "header @api"}},
     "URI", REVMAP_KIND_URL},
};

#define KINDS "url, link, refresh, cookie, path, htmx, bearer or origins"

static const struct {
    const char *word;
    const char *bad; /* quoted in the message */
    const char *hint;
} errors[] = {
    {"X-Url",          "'X-Url'",   "X-Url=url"},
    {"X-Url",          "'X-Url'",   KINDS},
    {"X-Url=bogus",    "'bogus'",   KINDS},
    {"@mine",          "'@mine'",   "@api, @dav, @frontend or @auth"},
    {"Link=url",       "'url'",     "'Link' can be read: write 'Link'"},
    {"link=url",       "'url'",     "'Link' can be read: write 'Link'"},
    {"Refresh=url",    "'url'",     "write 'Refresh'"},
    {"Set-Cookie=url", "'url'",     "write 'Set-Cookie'"},
    {"Location=cookie", "'cookie'", "write 'Location'"},
    {"HX-Location=url", "'url'",    "write 'HX-Location'"},
    {"HX-Redirect=path", "'path'",  "write 'HX-Redirect'"},
    {"X-Url=",         "''",        "url"},
    {"Location=bogus", "'bogus'",   "url"},
    {"@bogus",         "'@bogus'",  "@api"},
    {"@",              "'@'",       "@api"},
    {"=url",           "''",        "write"},
    {"-",              "''",        "write"},
    {"",               "''",        "write"},
    {"X Url=url",      "'X Url'",   "write"},
    {"X:Url=url",      "'X:Url'",   "write"},
    {"Location:",      "'Location:'", "write"},
    {"-Loc@tion",      "'Loc@tion'", "write"},
    {"X-\xC3\xA9=url", "'X-\xC3\xA9'", "write"},
    {"Alt-Svc=url",    "'Alt-Svc'", "Header unset"},
    {"X-Sendfile=url", "'X-Sendfile'", "Header unset"},
    {"x-accel-redirect=url", "'x-accel-redirect'", "Header unset"},
    {"Content-Length=url", "'Content-Length'", "no URL"},
    {"transfer-encoding=url", "'transfer-encoding'", "no URL"},
    {"-Connection",    "'Connection'", "no URL"},
    {"Host=url",       "'Host'",    "no URL"},
};

static const struct {
    const char *name;
    const char *value;
    const char *expected; /* NULL: as it came */
    int is_200;
} values[] = {
    {"Location", "http://b.test:8080/x",     "/p/x", 0},
    {"location", "http://b.test:8080/x",     "/p/x", 0},
    {"Location", "  http://b.test:8080/x ",  "  /p/x ", 0},
    {"Location", "\t/x\t",                   "\t/p/x\t", 0},
    {"Location", "",                         NULL, 0},
    {"Location", "  ",                       NULL, 0},
    {"Location", "http://other.test/",       NULL, 0},
    {"Location", "/x\r",                     NULL, 0},
    {"Location", "https://www.test/p/x",     NULL, 0},
    /* Absolute stays absolute in all but a redirect. */
    {"Location", "http://b.test:8080/x",     "https://www.test/p/x", 1},
    {"Location", "/x",                       "/p/x", 1},
    {"Content-Location", "http://b.test:8080/x", "https://www.test/p/x", 0},
    {"Content-Location", "http://b.test:8080/x", "https://www.test/p/x", 1},
    {"Content-Location", " /x",              " /p/x", 0},
    {"Destination", "http://b.test:8080/x",  "https://www.test/p/x", 0},
    {"X-Url",    "http://b.test:8080/x",     "https://www.test/p/x", 0},
    /* What a page goes to is a path, and relative to the page. */
    {"HX-Redirect", "http://b.test:8080/x",  "/p/x", 1},
    {"hx-push-url", "http://b.test:8080/x",  "/p/x", 1},
    {"HX-Replace-Url", "//b.test:8080/x",    "/p/x", 1},
    {"X-Inertia-Location", "http://b.test:8080/x", "/p/x", 1},
    {"Turbolinks-Location", "http://b.test:8080/x", "/p/x", 1},
    {"X-Up-Location", "/x",                  "/p/x", 1},
    {"X-PJAX-URL",  "/x?_pjax=y",            "/p/x?_pjax=y", 1},
    {"HX-Redirect", "https://b.test:8080/x", NULL, 1},
    {"HX-Push-Url", "false",                 NULL, 1},
    {"HX-Push-Url", "true",                  NULL, 1},
    {"HX-Redirect", "../../x",               NULL, 1},
    {"HX-Redirect", "?x",                    NULL, 1},
    {"SourceMap", "http://b.test:8080/x.map", "https://www.test/p/x.map", 1},
    {"SourceMap", "../../x.map",             "/p/x.map", 1},
    {"X-SourceMap", "x.map",                 NULL, 1},
    /* Only a redirect can loop. */
    {"Location", "http://www.test/p/page",   NULL, 0},
};

/* The kinds other than url. */
static const struct {
    revmap_kind kind;
    const char *public_side;
    const char *value;
    const char *expected; /* NULL: as it came */
    revmap_reason reason;
} others[] = {
    {REVMAP_KIND_LINK, "/p/", "<http://b.test:8080/x>; rel=next",
     "<https://www.test/p/x>; rel=next", REVMAP_MAPPED},
    {REVMAP_KIND_REFRESH, "/p/", "5; url=http://b.test:8080/x",
     "5; url=/p/x", REVMAP_MAPPED},
    {REVMAP_KIND_HTMX, "/p/", "{\"path\":\"/x\"}", "{\"path\":\"/p/x\"}",
     REVMAP_MAPPED},
    {REVMAP_KIND_BEARER, "/p/", "Bearer realm=\"http://b.test:8080/x\"",
     "Bearer realm=\"https://www.test/p/x\"", REVMAP_MAPPED},
    {REVMAP_KIND_ORIGINS, "/p/", "http://b.test:8080", "https://www.test",
     REVMAP_MAPPED},
    {REVMAP_KIND_PATH, "/p/", "/x",       "/p/x", REVMAP_MAPPED},
    {REVMAP_KIND_PATH, "/p/", "/",        "/p/", REVMAP_MAPPED},
    {REVMAP_KIND_PATH, "/p/", " /x\t",    " /p/x\t", REVMAP_MAPPED},
    {REVMAP_KIND_PATH, "/p/", "/x?y#z",   "/p/x?y#z", REVMAP_MAPPED},
    {REVMAP_KIND_PATH, "/p/", "/!svn/me", "/p/!svn/me", REVMAP_MAPPED},
    {REVMAP_KIND_PATH, "/p/", "/p/x",     NULL, REVMAP_ALREADY_PUBLIC},
    {REVMAP_KIND_PATH, "/p/", "",         NULL, REVMAP_NOTHING},
    {REVMAP_KIND_PATH, "/p/", "x",        NULL, REVMAP_NOTHING},
    {REVMAP_KIND_PATH, "/p/", "../../x",  NULL, REVMAP_NOTHING},
    {REVMAP_KIND_PATH, "/p/", "//b.test:8080/x", NULL, REVMAP_NOTHING},
    {REVMAP_KIND_PATH, "/p/", "http://b.test:8080/x", NULL, REVMAP_NOTHING},
    {REVMAP_KIND_PATH, "/p/", "/\\evil.test", NULL, REVMAP_BAD_BACKSLASH},
    {REVMAP_KIND_PATH, "/p/", "/x\r",     NULL, REVMAP_BAD_BYTE},
    /* By a public side that is a URL: its path alone, if it is this host. */
    {REVMAP_KIND_PATH, "https://www.test/q/", "/x", "/q/x", REVMAP_MAPPED},
    {REVMAP_KIND_PATH, "http://www.test/q/",  "/x", "/q/x", REVMAP_MAPPED},
    {REVMAP_KIND_PATH, "https://www.test/",   "/x", NULL, REVMAP_SAME},
    {REVMAP_KIND_PATH, "https://www.test/q/", "/q/x", NULL,
     REVMAP_ALREADY_PUBLIC},
    {REVMAP_KIND_PATH, "https://www.test:8443/q/", "/x", NULL, REVMAP_UNFIT},
    {REVMAP_KIND_PATH, "https://o.test/q/",   "/x", NULL, REVMAP_UNFIT},
    {REVMAP_KIND_PATH, "https://o.test/q/",   "/q/x", NULL, REVMAP_UNFIT},
    {REVMAP_KIND_PATH, "https://www.test/",   "//x", NULL, REVMAP_NOTHING},
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_kinds(void)
{
    size_t i;

    for (i = 0; i < COUNT(kinds); i++) {
        setting set = kinds[i].set;
        char *name = exact(kinds[i].name);
        world w;

        set.requested = "http://b.test/";
        set.asked = "http://pub.test/";
        w = world_of(&set);
        is_int(revmap_header_find(w.scope, name)->kind, kinds[i].kind, "%s: %s",
               kinds[i].why, kinds[i].name);
        is_int(revmap_header_find(revmap_header_scope(w.scope), name)->kind,
               kinds[i].kind, "%s: %s, sooner", kinds[i].why, kinds[i].name);
        end_world(&w);
        free(name);
    }
    is_int(revmap_header_find(NULL, "Location")->kind, REVMAP_KIND_URL,
           "no scope");
}

/* The fields of a table that are rewritten, and no others. */
static void check_next(void)
{
    static const setting set = {
        .lines = {"header X-Url=url", "header -Link"},
        .requested = "http://b.test/",
        .asked = "http://pub.test/",
    };
    static const char *const names[] = {
        "Date",        "LINK",       "Content-Length", "x-url", "location",
        "Set-Cookie",  "Set-Cookie", "Server",         "",      "L",
        "\xccocation", "Lokation",   "Locations",      "-/",    NULL,
    };
    const revmap_header *header;
    apr_table_entry_t fields[COUNT(names)];
    apr_table_entry_t *field;
    apr_table_entry_t *end = fields;
    const char *found = "";
    world w = world_of(&set);

    for (; names[end - fields]; end++) {
        end->key = exact(names[end - fields]);
    }
    for (field = fields;
         (field = revmap_header_next(w.scope, field, end, &header)) != end;
         field++) {
        found = apr_pstrcat(w.pool, found, field->key, " ", header->name, "; ",
                            NULL);
    }
    is_str(found,
           "x-url X-Url; location Location; Set-Cookie Set-Cookie; "
           "Set-Cookie Set-Cookie; ",
           "the next field that is rewritten");
    is_str(revmap_header_next(NULL, fields, end, &header)->key, "LINK",
           "by default");
    for (field = fields; field != end; field++) {
        free(field->key);
    }
    end_world(&w);
}

static void add_words(world *w, const char *const *words)
{
    for (; *words; words++) {
        char *word = exact(*words);

        must(revmap_header_add(w->map, word), *words);
        memset(word, 'x', strlen(word));
        free(word);
    }
}

/* "none" starts afresh: neither defaults nor what is inherited. */
static void check_none(void)
{
    static const setting outer = {
        .lines = {"header X-Url=url", "<inner>"},
        .requested = "http://b.test/",
        .asked = "http://pub.test/",
    };
    static const char *const before[] = {"Y-Url=url", NULL};
    static const char *const after[] = {"Location", NULL};
    world w = world_of(&outer);

    add_words(&w, before);
    revmap_map_start_afresh(w.map, REVMAP_FRESH_HEADERS);
    add_words(&w, after);
    is_int(revmap_header_find(w.scope, "Location")->kind, REVMAP_KIND_URL,
           "none, then a name");
    is_int(revmap_header_find(w.scope, "URI")->kind, REVMAP_KIND_NONE,
           "none: no defaults");
    is_int(revmap_header_find(w.scope, "Set-Cookie")->kind, REVMAP_KIND_NONE,
           "none: no cookies");
    is_int(revmap_header_find(w.scope, "X-Url")->kind, REVMAP_KIND_NONE,
           "none: nothing is inherited");
    is_int(revmap_header_find(w.scope, "Y-Url")->kind, REVMAP_KIND_NONE,
           "none: nothing before it in the section");
    end_world(&w);
}

/* The words none of one kind do not touch the others. */
static void check_other_none(void)
{
    static const setting outer = {
        .lines = {"header X-Url=url", "/p/ http://b.test/", "<inner>", "none"},
        .requested = "http://b.test/page",
        .asked = "http://pub.test/p/page",
    };
    revmap_result result;
    world w = world_of(&outer);

    is_int(revmap_header_find(w.scope, "X-Url")->kind, REVMAP_KIND_URL,
           "RevMap none keeps the headers");
    end_world(&w);
    w = world_of(&outer);
    w.map->fresh = 0;
    revmap_map_start_afresh(w.map, REVMAP_FRESH_HEADERS);
    revmap_exchange_prepare(&w.exchange);
    is_str(evaluate(&w, "/x", REVMAP_USE_REDIRECT, &result), "/p/x",
           "RevMapHeader none keeps the rules");
    end_world(&w);
}

static void check_errors(void)
{
    apr_pool_t *pool = new_pool();
    revmap_map *map = revmap_map_create(pool, revmap_mounts_create(pool));
    size_t i;

    for (i = 0; i < COUNT(errors); i++) {
        char *word = exact(errors[i].word);
        const char *error = revmap_header_add(map, word);

        ok(error && strstr(error, errors[i].bad)
               && strstr(error, errors[i].hint),
           "'%s' is refused: %s", errors[i].word, error ? error : "it is not");
        free(word);
    }
    apr_pool_destroy(pool);
}

static void check_values(void)
{
    size_t i;

    for (i = 0; i < COUNT(values); i++) {
        setting set = {
            .lines = {"/p/ http://b.test:8080/"},
            .requested = "http://b.test:8080/page",
            .asked = "https://www.test/p/page",
            .own = "https://www.test",
        };
        char *value = exact(values[i].value);
        revmap_outcome outcome;
        world w;

        set.is_200 = values[i].is_200;
        w = world_of(&set);
        memset(&outcome, 0xAA, sizeof(outcome));
        must(revmap_header_add(
                 w.map, apr_pstrcat(w.pool, values[i].name, "=url", NULL)),
             values[i].name);
        revmap_header_map(&w.exchange, revmap_slice_of(value), w.pool, &outcome,
                          revmap_header_find(w.scope, values[i].name));
        is_str(outcome.value, values[i].expected, "%s: '%s'%s", values[i].name,
               values[i].value, values[i].is_200 ? " of a 200" : "");
        is_str(value, values[i].value, "the value itself is not changed");
        ok(!outcome.value == (outcome.reason != REVMAP_MAPPED),
           "there is a value if it is mapped");
        end_world(&w);
        free(value);
    }
}

static void check_others(void)
{
    size_t i;

    for (i = 0; i < COUNT(others); i++) {
        setting set = {
            .requested = "http://b.test:8080/page",
            .asked = "https://www.test/p/page",
            .own = "https://www.test",
        };
        char *value = exact(others[i].value);
        revmap_header header = {.use = REVMAP_USE_REFERENCE};
        revmap_outcome outcome;
        char line[100];
        world w;

        snprintf(line, sizeof(line), "%s http://b.test:8080/",
                 others[i].public_side);
        set.lines[0] = line;
        w = world_of(&set);
        header.kind = others[i].kind;
        revmap_header_map(&w.exchange, revmap_slice_of(value), w.pool, &outcome,
                          &header);
        is_str(outcome.value, others[i].expected, "%s, kind %d: '%s'",
               others[i].public_side, (int)others[i].kind, others[i].value);
        is_str(revmap_reason_words(outcome.reason),
               revmap_reason_words(others[i].reason), "its reason");
        end_world(&w);
        free(value);
    }
}

/* A path that would be read as a host is guarded, whatever the public side. */
static void check_path_guard(void)
{
    static const char *const sides[] = {"/ /app/", "https://www.test/ /app/"};
    static const revmap_header path = {.kind = REVMAP_KIND_PATH};
    size_t i;

    for (i = 0; i < COUNT(sides); i++) {
        setting set = {
            .lines = {sides[i]},
            .requested = "http://b.test/app/page",
            .asked = "https://www.test/page",
        };
        revmap_outcome outcome;
        world w = world_of(&set);

        revmap_header_map(&w.exchange, REVMAP_LITERAL("/app//evil.test/"),
                          w.pool, &outcome, &path);
        is_str(outcome.value, "/.//evil.test/", "%s", sides[i]);
        end_world(&w);
    }
}

/* A redirect by the other scheme loops; a Location of a 201 cannot. */
static void check_loop(void)
{
    setting set = {
        .lines = {"/p/ http://b.test/"},
        .requested = "http://b.test/page",
        .asked = "https://www.test/p/page",
    };
    revmap_outcome outcome;
    world w = world_of(&set);

    revmap_header_map(&w.exchange, REVMAP_LITERAL("https://b.test/page"),
                      w.pool, &outcome,
                      revmap_header_find(w.scope, "Location"));
    is_str(outcome.value, NULL, "a redirect that would loop");
    is_int(outcome.reason, REVMAP_LOOP, "its reason");
    end_world(&w);
    set.is_200 = 1;
    w = world_of(&set);
    revmap_header_map(&w.exchange, REVMAP_LITERAL("https://b.test/page"),
                      w.pool, &outcome,
                      revmap_header_find(w.scope, "Location"));
    is_str(outcome.value, "/p/page", "a Location of a 201");
    revmap_header_map(&w.exchange, REVMAP_LITERAL("a=b; Path=/x"), w.pool,
                      &outcome, revmap_header_find(w.scope, "Set-Cookie"));
    is_str(outcome.value, "a=b; Path=/p/x", "a cookie");
    revmap_header_map(&w.exchange, REVMAP_LITERAL("/x"), w.pool, &outcome,
                      revmap_header_find(w.scope, "X"));
    is_str(outcome.value, NULL, "not to be rewritten");
    end_world(&w);
}

/* Counters go by them. */
static void check_numbers(void)
{
    static const setting set = {
        .lines = {"header X-Url=url"},
        .requested = "http://b.test/",
        .asked = "http://pub.test/",
    };
    world w = world_of(&set);
    unsigned int i;

    for (i = 0; i < REVMAP_KNOWN_HEADERS; i++) {
        const char *name = revmap_header_name(i);

        must(revmap_header_add(w.map, name), "a known name");
        is_int((int)revmap_header_find(w.scope, name)->number, (int)i,
               "the number of %s", name);
    }
    is_int((int)revmap_header_find(w.scope, "X-Url")->number,
           REVMAP_KNOWN_HEADERS, "the number of any other");
    end_world(&w);
}

int main(void)
{
    check_kinds();
    check_next();
    check_numbers();
    check_none();
    check_other_none();
    check_errors();
    check_values();
    check_others();
    check_path_guard();
    check_loop();
    return done_testing();
}
