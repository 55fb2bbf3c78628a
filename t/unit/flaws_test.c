/* SPDX-License-Identifier: Apache-2.0 */

/* What stock httpd gets wrong with Location (HTTPD-FACTS 1.6), row by row.
 * Left out, because the engine does not know of them: L26 (mod_cache), L27
 * and L28 (<LocationMatch>), L29 (<Proxy>), L35 and L36 (balancers that do
 * not exist).  Balancers are what they stand for: a rule for each member. */

#include "fixture.h"

typedef struct flaw {
    const char *row;
    setting set; /* requested and asked default to the ones below */
    const char *value;
    const char *expected;
} flaw;

/* clang-format off */

static const flaw flaws[] = {
    {"L1 host boundary",
     {{"/app http://backend"}}, "http://backend.evil.com/x", "="},
    {"L2 port boundary",
     {{"/app http://backend"}}, "http://backend:8081/x", "="},
    {"L3 userinfo",
     {{"/app http://backend"}}, "http://backend@evil.com/", "="},
    {"L4 open redirect",
     {{"https://www.example.com http://backend"}},
     "http://backend.evil.com/x", "="},
    {"L4 open redirect",
     {{"https://www.example.com http://backend"}},
     "http://backend@evil.com/x", "="},
    {"L4 what was meant",
     {{"https://www.example.com http://backend"}},
     "http://backend/x", "https://www.example.com/x"},
    {"L5 path boundary",
     {{"/app http://backend/public"}}, "http://backend/publications", "="},
    {"L6 case of the path",
     {{"/app http://backend/public"}}, "http://backend/PUBLIC/x", "="},
    {"L7 slash mismatch",
     {{"/app http://backend/"}}, "http://backend/x", "/app/x"},
    {"L8 double slash",
     {{"/app/ http://backend"}}, "http://backend/x", "/app/x"},
    {"L9 double slash",
     {{"/ http://backend"}, "http://backend/page",
      "http://public.example.com/page"},
     "http://backend/x", "/x"},
    {"L10 empty path",
     {{"/app/ http://backend/"}}, "http://backend", "/app/"},
    {"L10 empty path with a query",
     {{"/app/ http://backend/"}}, "http://backend?x=1", "/app/?x=1"},
    {"L11 default port",
     {{"/app/ http://backend/"}}, "http://backend:80/x", "/app/x"},
    {"L12 the other scheme",
     {{"/app/ http://backend/"}}, "https://backend/x", "/app/x"},
    {"L13 network-path reference",
     {{"/app/ http://backend/"}}, "//backend/x", "/app/x"},
    {"L14 userinfo is not ours to judge",
     {{"/app/ http://backend/"}}, "http://user:pw@backend/x", "="},
    {"L15 path only",
     {{"/app/ http://backend/"}}, "/x", "/app/x"},
    {"L16 escapes",
     {{"/app/ http://backend/public/"}}, "http://backend/%70ublic", "/app"},
    {"L16 dot segments",
     {{"/app/ http://backend/public/"}},
     "http://backend/x/../public/y", "/app/y"},
    {"L16 dot segments, path only",
     {{"/app/ http://backend/public/"}}, "/x/../public", "/app"},
    {"L17 foreign host, path rule",
     {{"/app/ /"}}, "https://sso.example.org/login?x=1", "="},
    {"L17 what was meant",
     {{"/app/ /"}}, "/x", "/app/x"},
    {"L18 foreign host, //",
     {{"/app/ /"}}, "//sso.example.org/login", "="},
    {"L19 the URL in the query",
     {{"/app/ /"}}, "/login?next=http://backend/x",
     "/app/login?next=http://backend/x"},
    {"L20 the URL in a foreign query",
     {{"/app/ /"}}, "https://sso.example.org?next=https://backend/x", "="},
    {"L21 boundary and foreign host",
     {{"/app /ctx"}}, "https://cdn.example.net/ctx2/file", "="},
    {"L21 boundary",
     {{"/app /ctx"}}, "/ctx2/file", "="},
    {"L22 longest wins",
     {{"/ http://backend/", "/app/ http://backend/app/v1/"}},
     "http://backend/app/v1/x", "/app/x"},
    {"L22 longest wins, same path",
     {{"/ http://backend/", "/app/ http://backend/app/"}},
     "http://backend/app/x", "/app/x"},
    {"L23 the mapping that routed the request",
     {{"/a/ http://b/", "/b/ http://b/"}, "http://b/x",
      "http://public.example.com/b/x"},
     "http://b/x", "/b/x"},
    {"L23 path only",
     {{"/a/ http://b/", "/b/ http://b/"}, "http://b/x",
      "http://public.example.com/b/x"},
     "/y", "/b/y"},
    {"L24 idempotent",
     {{"/app/ http://backend/"}, .told = "http://public.example.com"},
     "http://public.example.com/app/x", "="},
    {"L24 the rule names the public host",
     {{"/app/ http://public.example.com/"},
      .told = "http://public.example.com"},
     "http://public.example.com/app/x", "="},
    {"L25 Host reflection",
     {{"/app/ http://backend/"}, "http://backend/page",
      "http://evil.example.net:8443/app/page"},
     "http://backend/x", "/app/x"},
    {"L30 members with a common prefix",
     {{"/app http://10.0.0.1", "/app http://10.0.0.10"}},
     "http://10.0.0.10/x", "/app/x"},
    {"L31 another port of a member",
     {{"/app http://10.0.0.1", "/app http://10.0.0.10"}},
     "http://10.0.0.1:8080/x", "="},
    {"L32 double slash of a member",
     {{"/app/ http://10.0.0.1"}}, "http://10.0.0.1/x", "/app/x"},
    {"L33 members with paths",
     {{"/app http://app2:8080/ctx", "/app http://app2:8080/ctx2"}},
     "http://app2:8080/ctx2/x", "/app/x"},
    {"L33 no such member",
     {{"/app http://app2:8080/ctx"}}, "http://app2:8080/ctx2/x", "="},
    {"L34 path only of a member",
     {{"/app/ http://10.0.0.1/ctx", "/app/ http://10.0.0.2/ctx"},
      "http://10.0.0.2/ctx/page"},
     "/ctx/x", "/app/x"},
    {"L34 another member may answer next time",
     {{"/app/ http://10.0.0.1/ctx", "/app/ http://10.0.0.2/ctx"},
      "http://10.0.0.2/ctx/page"},
     "http://10.0.0.1/ctx/x", "/app/x"},
    {"L37 case of the path, through a member",
     {{"/app/ http://10.0.0.1/foo"}}, "http://10.0.0.1/FOO/x", "="},
    {"further: a member with its default port",
     {{"/app/ http://app:80/"}}, "http://app/x", "/app/x"},
    {"further: a member with its default port, written out",
     {{"/app/ http://app:80/"}}, "http://app:80/x", "/app/x"},
};
/* clang-format on */

/* L25: where an absolute URL is called for, it never has the client's Host. */
static void check_reflection(void)
{
    static const setting evil = {
        .lines = {"/app/ http://backend/"},
        .requested = "http://backend/page",
        .asked = "http://evil.example.net:8443/app/page",
        .own = "http://public.example.com",
    };
    setting unknown = evil;
    revmap_result result;
    world w = world_of(&evil);

    is_str(evaluate(&w, "http://backend/x", REVMAP_USE_REFERENCE, &result),
           "http://public.example.com/app/x", "L25 in a reference");
    end_world(&w);
    unknown.own = NULL;
    w = world_of(&unknown);
    is_str(evaluate(&w, "http://backend/x", REVMAP_USE_REFERENCE, &result),
           "/app/x", "L25 in a reference, no name known");
    end_world(&w);
}

/* L38: each field is mapped for itself. */
static void check_twice(void)
{
    static const setting two = {
        .lines = {"/app/ http://backend/"},
        .requested = "http://backend/page",
        .asked = "http://public.example.com/app/page",
    };
    world w = world_of(&two);
    int i;

    for (i = 0; i < 2; i++) {
        revmap_outcome outcome;

        revmap_header_map(&w.exchange, REVMAP_LITERAL("http://backend/x"),
                          w.pool, &outcome,
                          revmap_header_find(w.scope, "Location"));
        is_str(outcome.value, "/app/x", "L38 field %d", i + 1);
    }
    end_world(&w);
}

int main(void)
{
    size_t i;

    for (i = 0; i < sizeof(flaws) / sizeof(flaws[0]); i++) {
        setting set = flaws[i].set;
        revmap_result result;
        world w;

        set.requested = set.requested ? set.requested : "http://backend/page";
        set.asked =
            set.asked ? set.asked : "http://public.example.com/app/page";
        w = world_of(&set);
        is_str(evaluate(&w, flaws[i].value, REVMAP_USE_REDIRECT, &result),
               flaws[i].expected, "%s: %s", flaws[i].row, flaws[i].value);
        end_world(&w);
    }
    check_reflection();
    check_twice();
    return done_testing();
}
