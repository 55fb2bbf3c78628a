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

/* RevMapCookie: flags, Path, names, and the way back of these. */

#include "fixture.h"

typedef struct cookie_case {
    const char *value;
    const char *expected;
    revmap_reason reason; /* or objection; 0: not asked */
} cookie_case;

static void check(const char *about, const setting *from, const cookie_case *c)
{
    world w = world_of(from);
    revmap_outcome outcome;

    for (; c->value; c++) {
        is_str(map_cookie(&w, c->value, &outcome), c->expected, "%s: %s", about,
               c->value);
        if (c->reason) {
            is_str(revmap_reason_words(outcome.objection ? outcome.objection
                                                         : outcome.reason),
                   revmap_reason_words(c->reason), "%s: reason of %s", about,
                   c->value);
        }
    }
    end_world(&w);
}

/* clang-format off */

#define MAP_A                                                                  \
    .requested = "http://b.test:8080/app/page",                                \
    .asked = "https://pub.example/p/page"
#define RULE_A "/p/ http://b.test:8080/app/"

/* One line, for all cookies, and what it makes of them. */
static const struct {
    const char *line;
    cookie_case cases[16];
} flags[] = {
    {"cookie * Secure", {
        {"a=b",                    "a=b; Secure", REVMAP_MAPPED},
        {"a=b; Secure",            "=", REVMAP_NOTHING},
        {"a=b;secure",             "=", 0},
        {"a=b; SECURE=",           "=", 0},
        {"a=b; Secure=foo",        "=", 0},
        {"a=b;  Secure  ;x",       "=", 0},
        {"a=b; Secure; Secure",    "a=b; Secure", 0},
        {"a=b;secure; x; Secure=1;SECURE", "a=b;secure; x", 0},
        {"a=b; xSecure; Secure x", "a=b; xSecure; Secure x; Secure", 0},
        {"Secure",                 "Secure; Secure", 0},
        {"Secure=1; Path=/app/x",  "Secure=1; Path=/p/x; Secure", 0},
        {"=b",                     "=b; Secure", 0},
        {"a=b; Future=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Priority=High",
         "a=b; Future=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Priority=High; "
         "Secure", 0},
        {"__Host-a=b; Path=/",     "__Host-a=b; Path=/; Secure", 0},
        {"a=b;",                   "a=b;; Secure", 0},
    }},
    {"cookie * -Secure", {
        {"a=b",                    "=", REVMAP_NOTHING},
        {"a=b; Secure",            "a=b", REVMAP_MAPPED},
        {"a=b; secure=1; Path=/app; SECURE", "a=b; Path=/p", 0},
        {"a=b; Secure; x",         "a=b; x", 0},
        {"Secure; Secure=1",       "Secure", 0},
        {"a=b; xSecure",           "=", 0},
        /* What browsers would reject. */
        {"__Secure-a=b; Secure",   "=", REVMAP_NEEDS_FLAG},
        {"__sECURE-a=b; Secure",   "=", REVMAP_NEEDS_FLAG},
        {"__Http-a=b; Secure; HttpOnly", "=", REVMAP_NEEDS_FLAG},
        {"__Host-a=b; Secure; Path=/", "=", REVMAP_NEEDS_FLAG},
        {"__Host-Http-a=b; Secure; HttpOnly; Path=/", "=", REVMAP_NEEDS_FLAG},
        {"a=b; Secure; SameSite=None", "=", REVMAP_NEEDS_FLAG},
        {"a=b; samesite=NONE; Secure; Path=/app",
         "a=b; samesite=NONE; Secure; Path=/p", REVMAP_NEEDS_FLAG},
        {"a=b; Secure; SameSite=None; SameSite=Lax",
         "a=b; SameSite=None; SameSite=Lax", 0},
        {"a=b; Secure; SameSite=Lax; SameSite=None", "=", REVMAP_NEEDS_FLAG},
        {"a=b; Secure; Partitioned", "=", REVMAP_NEEDS_FLAG},
    }},
    {"cookie * HttpOnly", {
        {"a=b",                    "a=b; HttpOnly", 0},
        {"a=b; httponly",          "=", 0},
        {"a=b; HttpOnly=no; x; HttpOnly", "a=b; HttpOnly=no; x", 0},
        {NULL, NULL, 0}
    }},
    {"cookie * -HttpOnly", {
        {"a=b; HttpOnly",          "a=b", 0},
        {"a=b; HttpOnly; HTTPONLY=1; x", "a=b; x", 0},
        {"__Host-a=b; Secure; HttpOnly", "__Host-a=b; Secure", 0},
        {"__Http-a=b; Secure; HttpOnly", "=", REVMAP_NEEDS_FLAG},
        {"__Host-Http-a=b; Secure; HttpOnly", "=", REVMAP_NEEDS_FLAG},
        {NULL, NULL, 0}
    }},
    {"cookie * Partitioned", {
        {"a=b; Secure",            "a=b; Secure; Partitioned", 0},
        {"a=b; Secure; partitioned", "=", 0},
        {"a=b",                    "=", REVMAP_NEEDS_SECURE},
        {"a=b; Path=/app",         "a=b; Path=/p", REVMAP_NEEDS_SECURE},
        {NULL, NULL, 0}
    }},
    {"cookie * Secure Partitioned", {
        {"a=b",                    "a=b; Secure; Partitioned", 0},
        {"a=b; Partitioned",       "a=b; Partitioned; Secure", 0},
        {NULL, NULL, 0}
    }},
    {"cookie * -Partitioned", {
        {"a=b; Secure; Partitioned", "a=b; Secure", 0},
        {NULL, NULL, 0}
    }},
    {"cookie * -Secure -Partitioned", {
        {"a=b; Secure; Partitioned", "a=b", 0},
        {NULL, NULL, 0}
    }},
    {"cookie * SameSite=Lax", {
        {"a=b",                    "a=b; SameSite=Lax", 0},
        {"a=b; SameSite=Lax",      "=", REVMAP_NOTHING},
        {"a=b; samesite = lax ",   "=", 0},
        {"a=b; SameSite=Strict; x", "a=b; SameSite=Lax; x", 0},
        {"a=b;samesite=none;Secure", "a=b; SameSite=Lax;Secure", 0},
        {"a=b; SameSite",          "a=b; SameSite=Lax", 0},
        {"a=b; SameSite=",         "a=b; SameSite=Lax", 0},
        {"a=b; SameSite=odd",      "a=b; SameSite=Lax", 0},
        {"a=b; SameSite=None; x; SameSite=Lax", "a=b; SameSite=Lax; x", 0},
        {"a=b; SameSite=Lax; SameSite=None", "a=b; SameSite=Lax", 0},
        {"SameSite=None",          "SameSite=None; SameSite=Lax", 0},
        {NULL, NULL, 0}
    }},
    {"cookie * SameSite=None", {
        {"a=b; Secure",            "a=b; Secure; SameSite=None", 0},
        {"a=b; SameSite=Lax; Secure", "a=b; SameSite=None; Secure", 0},
        {"a=b",                    "=", REVMAP_NEEDS_SECURE},
        {"a=b; SameSite=Lax",      "=", REVMAP_NEEDS_SECURE},
        {NULL, NULL, 0}
    }},
    {"cookie * SameSite=None Secure", {
        {"a=b",                    "a=b; Secure; SameSite=None", 0},
        {NULL, NULL, 0}
    }},
    {"cookie * SameSite=Strict -Secure", {
        {"a=b; Secure; SameSite=None", "a=b; SameSite=Strict", 0},
        {NULL, NULL, 0}
    }},
    {"cookie * -SameSite", {
        {"a=b; SameSite=Lax; x; SAMESITE; Secure", "a=b; x; Secure", 0},
        {"a=b",                    "=", 0},
        {NULL, NULL, 0}
    }},
    {"cookie * -SameSite -Secure", {
        {"a=b; SameSite=None; Secure", "a=b", 0},
        {NULL, NULL, 0}
    }},
};

/* Which lines are for which cookie, and which of them holds. */
static const setting lines = {
    .lines = {RULE_A, "cookie * HttpOnly", "cookie sid Secure",
              "cookie app_* SameSite=Lax", "cookie ~^s[0-9]+$ SameSite=Strict",
              "cookie app_2 SameSite=Strict", "cookie app_2 SameSite=Lax",
              "<inner>", "cookie sid -HttpOnly", "cookie kept keep",
              "cookie again keep", "cookie again Secure"}, MAP_A};
static const cookie_case by_lines[] = {
    {"a=b",           "a=b; HttpOnly", REVMAP_MAPPED},
    {"sid=b",         "sid=b; Secure", 0},
    {" sid = b",      " sid = b; Secure", 0},
    {"Sid=b",         "Sid=b; HttpOnly", 0},
    {"sids=b",        "sids=b; HttpOnly", 0},
    {"sid",           "sid; HttpOnly", 0},
    {"=sid",          "=sid; HttpOnly", 0},
    {"app_=b",        "app_=b; HttpOnly; SameSite=Lax", 0},
    {"app_1=b",       "app_1=b; HttpOnly; SameSite=Lax", 0},
    {"app_2=b",       "app_2=b; HttpOnly; SameSite=Lax", 0},
    {"app=b",         "app=b; HttpOnly", 0},
    {"s1=b",          "s1=b; HttpOnly; SameSite=Strict", 0},
    {"s1x=b",         "s1x=b; HttpOnly", 0},
    {"kept=b",        "=", REVMAP_KEPT},
    {"kept=b; Path=/app; Domain=b.test", "=", REVMAP_KEPT},
    {"again=b; Path=/app", "again=b; Path=/app; Secure", 0},
    {NULL, NULL, 0}
};

static const setting afresh = {
    .lines = {"cookie * Secure", "<inner>", "cookie none", "cookie b HttpOnly"},
    MAP_A};
static const cookie_case by_inner_alone[] = {
    {"a=b",           "=", 0},
    {"b=b",           "b=b; HttpOnly", 0},
    {NULL, NULL, 0}
};

static const setting narrowed = {
    .lines = {RULE_A, "/q/ http://b.test:8080/other/",
              "/r/ http://b.test:8080/app/", "cookie * narrow"}, MAP_A};
static const cookie_case by_narrow[] = {
    {"a=b; Path=/",        "a=b; Path=/p", REVMAP_MAPPED},
    {"a=b; Path=/; Path=/x", "a=b; Path=/p; Path=/x", 0},
    {"a=b; Path=/app",     "a=b; Path=/p", 0},
    {"a=b; Path=/app/",    "a=b; Path=/p/", 0},
    {"a=b; Path=/app/x",   "a=b; Path=/p/x", 0},
    {"a=b; Path=/apple",   "=", REVMAP_OUTSIDE},
    {"a=b; Path=/ap",      "=", REVMAP_OUTSIDE},
    {"a=b; Path=/other",   "a=b; Path=/q", 0},
    {"a=b",                "=", 0},
    {"__Host-a=b; Path=/; Secure", "=", REVMAP_COOKIE_PREFIX},
    {NULL, NULL, 0}
};
static const setting not_narrowed = {
    .lines = {RULE_A, "/q/ http://b.test:8080/other/",
              "/r/ http://b.test:8080/app/"}, MAP_A};
static const cookie_case without_narrow[] = {
    {"a=b; Path=/",        "=", REVMAP_OUTSIDE},
    {"a=b; Path=/app",     "a=b; Path=/", 0},
    {NULL, NULL, 0}
};
static const setting narrowed_to_root = {
    .lines = {"/ http://b.test/ctx/deep/", "cookie * narrow"},
    .requested = "http://b.test/ctx/deep/page",
    .asked = "https://pub.example/page"};
static const cookie_case by_narrow_to_root[] = {
    {"a=b; Path=/",        "=", REVMAP_SAME},
    {"a=b; Path=/ctx",     "a=b; Path=/", 0},
    {"a=b; Path=/ctx/",    "a=b; Path=/", 0},
    {NULL, NULL, 0}
};
static const setting narrowed_beside_root = {
    .lines = {"/ http://b.test/", "/one/ http://b.test/x/one/",
              "/two/ http://b.test/x/two/", "cookie * narrow"},
    .requested = "http://b.test/x/one/page",
    .asked = "https://pub.example/one/page"};
static const cookie_case by_narrow_beside_root[] = {
    {"a=b; Path=/",        "a=b; Path=/one", 0},
    {"a=b; Path=/x",       "a=b; Path=/one", 0},
    {"a=b; Path=/x/one",   "a=b; Path=/one", 0},
    {"a=b; Path=/x/two",   "a=b; Path=/two", 0},
    {NULL, NULL, 0}
};
static const setting narrowed_by_line = {
    .lines = {RULE_A, "cookie * narrow", "cookiepath / /all",
              "! http://b.test:8080/"}, MAP_A};
static const cookie_case by_narrow_and_line[] = {
    {"a=b; Path=/",        "a=b; Path=/all", 0},
    {NULL, NULL, 0}
};
static const setting narrowed_but_excluded = {
    .lines = {RULE_A, "cookie * narrow", "! http://b.test:8080/"}, MAP_A};
static const cookie_case by_narrow_excluded[] = {
    {"a=b; Path=/",        "=", REVMAP_EXCLUDED},
    {NULL, NULL, 0}
};

static const setting renamed = {
    .lines = {RULE_A, "cookie sid rename=app-sid", "cookie x rename=y",
              "cookie y rename=x", "cookie both rename=other Secure",
              "cookie __Secure-a rename=__Secure-b",
              "cookie __Host-a rename=__Host-b", "<inner>",
              "cookie over rename=new", "cookie outer rename=x"}, MAP_A};
static const cookie_case by_rename[] = {
    {"sid=1",             "app-sid=1", REVMAP_MAPPED},
    {"sid=1; Path=/app; Secure", "app-sid=1; Path=/p; Secure", 0},
    {"sid=; Max-Age=0",   "app-sid=; Max-Age=0", 0},
    {" sid = sid ;sid=1", " app-sid = sid ;sid=1", 0},
    {"sid",               "=", 0},
    {"SID=1",             "=", 0},
    {"sids=1",            "=", 0},
    {"=sid=1",            "=", 0},
    {"x=1",               "y=1", 0},
    /* In the inner section another cookie is called so. */
    {"y=1",               "=", REVMAP_NAME_TAKEN},
    {"both=1",            "other=1; Secure", 0},
    {"__Secure-a=1; Secure", "__Secure-b=1; Secure", 0},
    {"__Host-a=1; Secure; Path=/", "__Host-b=1; Secure; Path=/", 0},
    {"over=1",            "new=1", 0},
    {"outer=1",           "x=1", 0},
    /* It would come back as another one. */
    {"other=1; Path=/app", "other=1; Path=/p", REVMAP_NAME_TAKEN},
    {NULL, NULL, 0}
};

/* What the backend gets in place of what the client sends. */
static const struct {
    const char *sent;
    const char *expected; /* "=": the same */
} returned[] = {
    {"app-sid=1",               "sid=1"},
    {"a=b; app-sid=1; c=d",     "a=b; sid=1; c=d"},
    {"a=b;app-sid=1;c=d",       "a=b;sid=1;c=d"},
    {" app-sid = 1 ; c=d ",     " sid = 1 ; c=d "},
    {"app-sid=1; app-sid=2",    "sid=1; sid=2"},
    {"app-sid=app-sid=1",       "sid=app-sid=1"},
    {"app-sid=1;",              "sid=1;"},
    {"app-sid=",                "sid="},
    {"new=1; other=2",          "over=1; both=2"},
    {"__Host-b=1",              "__Host-a=1"},
    /* A name that only the backend uses did not come from it. */
    {"sid=1",                   ""},
    {" sid = 1 ",               ""},
    {"sid=1; sid=2",            ""},
    {"sid=1; a=b",              "a=b"},
    {"sid=1;  a=b ; c=d",       "a=b ; c=d"},
    {"a=b; sid=1",              "a=b"},
    {"a=b; sid=1; c=d",         "a=b; c=d"},
    {"a=b; sid=evil; app-sid=1", "a=b; sid=1"},
    {"app-sid=1; sid=evil; a=b", "sid=1; a=b"},
    {"sid=1; app-sid=2",        "sid=2"},
    {"sid=1; sid=2; a=b; app-sid=2; ", "a=b; sid=2; "},
    {"; sid=1; a=b",            "a=b"},
    /* Each other's names; an inner section has the last word. */
    {"y=1; x=2; c=d",           "x=1; outer=2; c=d"},
    {"outer=1",                 ""},
    /* All others. */
    {"",                        "="},
    {";",                       "="},
    {" ; ;; ",                  "="},
    {"a=b",                     "="},
    {"a=b; $Version=1; c=\"d; e\"; =f; g", "="},
    {"sid",                     "="},
    {"=sid=1",                  "="},
    {"app-sid",                 "="},
    {"a=sid=1; b=app-sid=1",    "="},
    {"SID=1; App-Sid=1; sids=1; app-sid2=1; xsid=1", "="},
    {"a=b, sid=1",              "="},
    {"__Secure-x=1",            "="},
};

/* Lines that other ones override rename nothing, in neither direction. */
static const setting overridden = {
    .lines = {"cookie a rename=p", "cookie a rename=q", "cookie b rename=r",
              "cookie ~^b$ keep", "<inner>", "cookie q keep"}, MAP_A};
/* clang-format on */

static const char *give_back(const world *w, const char *sent)
{
    revmap_slice text = exact_slice(sent);
    const char *made = revmap_cookie_return(w->scope, text, w->pool);

    made = made ? apr_pstrdup(w->pool, made) : "=";
    free_slice(text);
    return made;
}

static void check_returned(void)
{
    world w = world_of(&renamed);
    world o = world_of(&overridden);
    world plain = world_of(&narrowed);
    size_t i;

    for (i = 0; i < sizeof(returned) / sizeof(returned[0]); i++) {
        is_str(give_back(&w, returned[i].sent), returned[i].expected,
               "back: %s", returned[i].sent);
    }
    ok(revmap_cookie_renames(w.scope) && !revmap_cookie_renames(plain.scope)
           && !revmap_cookie_renames(NULL),
       "it is known whether there is a line at all");
    is_str(give_back(&o, "p=1; q=2; r=3; b=4"), "p=1; a=2; r=3; b=4",
           "back: names that are overridden");
    is_str(give_back(&plain, "p=1; q=2"), "=", "back: without a line");
    end_world(&plain);
    end_world(&o);
    end_world(&w);
}

/* Every piece of a field, so that whoever reads on is caught. */
static void check_pieces(void)
{
    static const char whole[] = " sid =1;app-sid=2; ;=;a=b;sid=;x=1 ; y=";
    world w = world_of(&renamed);
    char piece[sizeof(whole)];
    size_t i;
    size_t j;

    for (i = 0; i < sizeof(whole); i++) {
        for (j = 0; i + j < sizeof(whole); j++) {
            memcpy(piece, whole + i, j);
            piece[j] = '\0';
            give_back(&w, piece);
        }
    }
    ok(1, "all pieces of a field");
    end_world(&w);
}

static const char *long_cookie(apr_pool_t *pool, const char *name, size_t len)
{
    char *value = apr_palloc(pool, len + 2);
    size_t used = strlen(name);

    memset(value, 'x', len + 1);
    memcpy(value, name, used);
    value[used] = '=';
    value[len + 1] = '\0';
    return value;
}

/* Browsers reject a cookie over 4096 bytes, the '=' not counted. */
static void check_limit(void)
{
    world w = world_of(&renamed);
    revmap_outcome outcome;

    is_str(map_cookie(&w, long_cookie(w.pool, "sid", 4092), &outcome),
           long_cookie(w.pool, "app-sid", 4096), "4096 bytes");
    is_str(map_cookie(&w, long_cookie(w.pool, "sid", 4093), &outcome), "=",
           "4097 bytes");
    is_int(outcome.objection, REVMAP_NAME_TOO_LONG, "4097 bytes: reason");
    is_str(map_cookie(&w, long_cookie(w.pool, "sid", 4097), &outcome),
           long_cookie(w.pool, "app-sid", 4101), "no browser takes it anyway");
    end_world(&w);
}

/* ---- errors ------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *line;
    const char *bad; /* is named, in quotes, and what to write */
    const char *instead;
} errors[] = {
    {"sid",                      "'sid'", "rename=other"},
    {"*",                        "'*'", "Secure"},
    {"'' Secure",                "''", "JSESSIONID"},
    {"sid= Secure",              "'sid='", "JSESSIONID"},
    {"sid;x Secure",             "'sid;x'", "JSESSIONID"},
    {"' sid' Secure",            "' sid'", "JSESSIONID"},
    {"s*d Secure",               "'s*d'", "'s*'"},
    {"** Secure",                "'**'", "'*'"},
    {"~ Secure",                 "'~'", "'~^sid"},
    {"sid Secur",                "'Secur'", "Secure"},
    {"sid +Secure",              "'+Secure'", "Secure"},
    {"sid Secure=1",             "'Secure=1'", "Secure"},
    {"sid SameSite",             "'SameSite'", "SameSite=Lax"},
    {"sid SameSite=",            "'SameSite='", "SameSite=Lax"},
    {"sid SameSite=Laxe",        "'SameSite=Laxe'", "SameSite=Lax"},
    {"sid -SameSite=Lax",        "'-SameSite=Lax'", "'-SameSite'"},
    {"sid -narrow",              "'-narrow'", "narrow"},
    {"sid rename",               "'rename'", "rename=other"},
    {"sid Secure -Secure",       "'-Secure'", "one of them"},
    {"sid Secure secure",        "'secure'", "one of them"},
    {"sid SameSite=Lax SameSite=None", "'SameSite=None'", "one of them"},
    {"sid narrow keep",          "'keep'", "one of them"},
    {"sid rename=a rename=b",    "'rename=b'", "one of them"},
    {"sid keep Secure",          "'keep'", "alone"},
    {"sid rename=a keep",        "'keep'", "alone"},
    {"sid -Secure SameSite=None", "'-Secure'", "'Secure'"},
    {"sid -secure partitioned",  "'Partitioned'", "'Secure'"},
    {"__Secure-a -Secure",       "'__Secure-a'", "leave '-Secure' out"},
    {"__host-a* -Secure",        "'__host-a'", "leave '-Secure' out"},
    {"__Http-a -HttpOnly",       "'__Http-a'", "leave '-HttpOnly' out"},
    {"__Host-Http-a -HttpOnly",  "'__Host-Http-a'", "leave '-HttpOnly' out"},
    {"__Host-a narrow",          "'__Host-a'", "leave 'narrow' out"},
    {"sid rename=",              "'rename='", "letters"},
    {"sid rename=a;b",           "'rename=a;b'", "letters"},
    {"sid rename=a=b",           "'rename=a=b'", "letters"},
    {"sid 'rename=a b'",         "'rename=a b'", "letters"},
    {"sid rename=a*",            "'rename=a*'", "letters"},
    {"sid rename=\xC3\xA9",      "'rename=\xC3\xA9'", "letters"},
    {"sid rename=sid",           "'rename=sid'", "leave it out"},
    {"sid rename=__Host-sid",    "'rename=__Host-sid'", "another name"},
    {"sid rename=__HOST-sid",    "'rename=__HOST-sid'", "another name"},
    {"sid rename=__Secure-sid",  "'rename=__Secure-sid'", "another name"},
    {"sid rename=__http-sid",    "'rename=__http-sid'", "another name"},
    {"sid rename=__host-http-x", "'rename=__host-http-x'", "another name"},
    {"__Secure-a rename=__Host-a", "'rename=__Host-a'", "another name"},
    {"__Host-a rename=a",        "'__Host-a'", "begin alike"},
    {"__Host-a rename=__Secure-a", "'rename=__Secure-a'", "another name"},
    {"sid* rename=a",            "'rename=a'", "each cookie"},
    {"* rename=a",               "'rename=a'", "each cookie"},
    {"~sid rename=a",            "'rename=a'", "each cookie"},
    {"two rename=taken",         "'taken'", "another name"},
};
static const char *const right[] = {
    "sid secure HTTPONLY samesite=none partitioned NARROW Rename=other",
    "sid KEEP", "* -secure", "~^s.d$ -samesite", "one rename=taken",
    "__host-a Secure HttpOnly SameSite=Strict", "none", "a.b-c_d! Secure",
    "'a b' Secure", "\xC3\xA9 Secure",
};
/* clang-format on */

static void check_errors(void)
{
    setting empty = {.lines = {"cookie one rename=taken"}, MAP_A};
    world w = world_of(&empty);
    const char *error;
    size_t i;

    for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        error = cookie_words(w.map, errors[i].line, 2);
        ok(error && strstr(error, errors[i].bad)
               && strstr(error, errors[i].instead),
           "%s is refused: %s", errors[i].line, error ? error : "it is not");
    }
    for (i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        is_str(cookie_words(w.map, right[i], 3), NULL, "%s", right[i]);
    }
    end_world(&w);
}

int main(void)
{
    size_t i;

    for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        setting set = {.lines = {RULE_A, flags[i].line}, MAP_A};
        cookie_case cases[17] = {{NULL, NULL, 0}};

        memcpy(cases, flags[i].cases, sizeof(flags[i].cases));
        check(flags[i].line, &set, cases);
    }
    check("several lines", &lines, by_lines);
    check("none", &afresh, by_inner_alone);
    check("narrow", &narrowed, by_narrow);
    check("without narrow", &not_narrowed, without_narrow);
    check("narrow, to /", &narrowed_to_root, by_narrow_to_root);
    check("narrow, beside /", &narrowed_beside_root, by_narrow_beside_root);
    check("narrow, RevMapCookiePath", &narrowed_by_line, by_narrow_and_line);
    check("narrow, RevMap !", &narrowed_but_excluded, by_narrow_excluded);
    check("rename", &renamed, by_rename);
    check_returned();
    check_pieces();
    check_limit();
    check_errors();
    return done_testing();
}
