/* SPDX-License-Identifier: Apache-2.0 */

/* Which rule decides: section 2 (names), 4.4 (the order of the rules),
 * scopes and RevMapRewrite. One setting and one value in each row. */

#include "fixture.h"

typedef struct rule_case {
    const char *why;
    setting set; /* requested and asked default to the ones below */
    const char *value;
    const char *expected;
    unsigned int line; /* that decided; 0: none in particular */
} rule_case;

static void check(const rule_case *c)
{
    for (; c->why; c++) {
        setting set = c->set;
        revmap_result result;
        world w;

        set.requested = set.requested ? set.requested : "http://b.test/a/page";
        set.asked = set.asked ? set.asked : "http://pub.test/p/page";
        w = world_of(&set);
        is_str(evaluate(&w, c->value, REVMAP_USE_REDIRECT, &result),
               c->expected, "%s: %s", c->why, c->value);
        if (c->line) {
            is_int(result.place ? (long)result.place->line : -1, (long)c->line,
                   "%s: line that decided", c->why);
        }
        end_world(&w);
    }
}

/* clang-format off */

static const rule_case order[] = {
    {"the longest, written last",
     {{"/short/ http://b.test/", "/long/ http://b.test/a/"}},
     "http://b.test/a/x", "/long/x", 2},
    {"the longest, written first",
     {{"/long/ http://b.test/a/", "/short/ http://b.test/"}},
     "http://b.test/a/x", "/long/x", 1},
    {"the longest by segments",
     {{"/short/ http://b.test/a", "/long/ http://b.test/a/bc"}},
     "http://b.test/a/b", "/short/b", 1},
    {"the longest is the outer section's",
     {{"/long/ http://b.test/a/", "<inner>", "/short/ http://b.test/"}},
     "http://b.test/a/x", "/long/x", 1},
    {"a longer bare path beats a shorter URL",
     {{"/url/ http://b.test/", "/bare/ /a/"}},
     "http://b.test/a/x", "/bare/x", 2},
    {"a longer derived rule beats a shorter written one",
     {{"/written/ http://b.test/", "derived /derived/ http://b.test/a/"}},
     "http://b.test/a/x", "/derived/x", 2},
    {"tie: the inner section",
     {{"/outer/ http://b.test/a/", "<inner>", "/inner/ http://b.test/a/"}},
     "http://b.test/a/x", "/inner/x", 3},
    {"tie: the inner section, derived or not",
     {{"/outer/ http://b.test/a/", "<inner>",
       "derived /inner/ http://b.test/a/"}},
     "http://b.test/a/x", "/inner/x", 3},
    {"tie: the inner section's bare path",
     {{"/outer/ http://b.test/a/", "<inner>", "/inner/ /a/"}},
     "http://b.test/a/x", "/inner/x", 3},
    {"tie: written before derived",
     {{"derived /derived/ http://b.test/a/", "/written/ http://b.test/a/"}},
     "http://b.test/a/x", "/written/x", 2},
    {"tie: a written bare path before a derived URL",
     {{"derived /derived/ http://b.test/a/", "/bare/ /a/"}},
     "http://b.test/a/x", "/bare/x", 2},
    {"tie: written, though the derived one covers the request",
     {{"derived /p/ http://b.test/a/", "/written/ http://b.test/a/"}},
     "http://b.test/a/x", "/written/x", 2},
    {"tie: an origin before a bare path",
     {{"/bare/ /a/", "/url/ http://b.test/a/"}},
     "http://b.test/a/x", "/url/x", 2},
    {"tie: an origin before a bare path, of a path",
     {{"/bare/ /a/", "/url/ http://b.test/a/"}},
     "/a/x", "/url/x", 2},
    {"tie: an origin, though the bare path covers the request",
     {{"/p/ /a/", "/url/ http://b.test/a/"}},
     "http://b.test/a/x", "/url/x", 2},
    {"tie: the one that covers the request, second",
     {{"/q/ http://b.test/a/", "/p/ http://b.test/a/"}},
     "http://b.test/a/x", "/p/x", 2},
    {"tie: the one that covers the request, first",
     {{"/p/ http://b.test/a/", "/q/ http://b.test/a/"}},
     "http://b.test/a/x", "/p/x", 1},
    {"tie: the one whose public URL covers the request",
     {{"https://x.test/p/ http://b.test/a/", "/q/ http://b.test/a/",
       "http://pub.test/p/ http://b.test/a/"}},
     "http://b.test/a/x", "http://pub.test/p/x", 3},
    {"tie: two names, the one that covers the request",
     {{"https://x.test/p/ http://pub.test/a/", "/p/ http://b.test/a/"},
      .told = "http://pub.test"},
     "/a/x", "/p/x", 2},
    {"tie: the first",
     {{"/q/ http://b.test/a/", "/r/ http://b.test/a/"}},
     "http://b.test/a/x", "/q/x", 1},
    {"a trailing slash makes no rule longer",
     {{"/q http://b.test/a", "/r/ http://b.test/a/"}},
     "http://b.test/a/x", "/q/x", 1},
    {"! is longer",
     {{"/p/ http://b.test/", "! http://b.test/a/"}},
     "http://b.test/a/x", "=", 2},
    {"! is shorter",
     {{"/p/ http://b.test/a/", "! http://b.test/"}},
     "http://b.test/a/x", "/p/x", 1},
    {"! by segments",
     {{"/p/ http://b.test/", "! http://b.test/a"}},
     "http://b.test/ab", "/p/ab", 1},
    {"! outside its path",
     {{"/p/ http://b.test/", "! http://b.test/other/"}},
     "http://b.test/a/x", "/p/a/x", 1},
    {"! of a bare path",
     {{"/p/ http://b.test/", "! /a/"}},
     "http://b.test/a/x", "=", 2},
    {"! of a bare path, of a path",
     {{"/p/ http://b.test/", "! /a/"}},
     "/a/x", "=", 2},
    {"! of a URL, of a path",
     {{"/p/ http://b.test/", "! http://b.test/a/"}},
     "/a/x", "=", 2},
    {"! of the outer section, tie",
     {{"! http://b.test/a/", "<inner>", "/p/ http://b.test/a/"}},
     "http://b.test/a/x", "/p/x", 3},
    {"another backend's mount",
     {{"/p/ http://b.test/", "/sso/ http://sso.test/"}},
     "/sso/x", "="},
    {"another backend's mount, of a dropped rule",
     {{"/sso/ http://sso.test/", "none", "/p/ http://b.test/"}},
     "/sso/x", "/p/sso/x"},
    {"another backend's mount, at /",
     {{"/p/ http://b.test/", "/ http://sso.test/"}},
     "/sso/x", "/p/sso/x"},
    {"another mount of the same backend",
     {{"/p/ http://b.test/", "/q/ http://b.test/c/"}},
     "/q/x", "/p/q/x"},
    {"another backend's mount, under its own name",
     {{"/p/ http://b.test/", "/sso/ http://sso.test/"}},
     "http://b.test/sso/x", "/p/sso/x"},
    {"another backend's mount, under the public authority",
     {{"/p/ http://b.test/", "/sso/ http://sso.test/"},
      .told = "http://pub.test"},
     "http://pub.test/sso/x", "="},
    {"another backend's mount, behind one of another host",
     {{"/p/ http://b.test/", "/sso/ http://sso.test/",
       "https://x.test/sso/x/ http://you.test/"}},
     "/sso/x/y", "="},
    {"another backend's mount, behind one of a dropped rule",
     {{"/sso/x/ http://you.test/", "none", "/p/ http://b.test/",
       "/sso/ http://sso.test/"}},
     "/sso/x/y", "="},
    {"a mount of another host",
     {{"/p/ http://b.test/", "https://x.test/sso/ http://you.test/"}},
     "/sso/x", "/p/sso/x"},
    {"a written rule overrides another mount",
     {{"/p/ http://b.test/sso/", "/sso/ http://sso.test/"}},
     "/sso/x", "/p/x"},
    {"a derived one does not",
     {{"derived /p/ http://b.test/sso/", "/sso/ http://sso.test/"}},
     "/sso/x", "="},
    {"! beats RevMapRewrite",
     {{"! http://b.test/a/", "rewrite http://b\\.test/a/(.*) /r/$1"}},
     "http://b.test/a/x", "=", 1},
    {"! of the outer section beats RevMapRewrite",
     {{"! http://b.test/a/", "<inner>", "rewrite http://b\\.test/(.*) /r/$1"}},
     "http://b.test/a/x", "=", 1},
    {NULL}
};

static const rule_case names[] = {
    {"1: the origin that was requested",
     {{"/p/ http://b.test/"}}, "/x", "/p/x"},
    {"1: only the rules of that origin",
     {{"/o/ http://other.test/", "/p/ http://b.test/"}}, "/x", "/p/x"},
    {"1: though the other one's is longer",
     {{"/o/ http://other.test/a/", "/p/ http://b.test/"}}, "/a/x", "/p/a/x"},
    {"another backend's absolute URL",
     {{"/o/ http://other.test/", "/p/ http://b.test/"}},
     "http://other.test/x", "/o/x"},
    {"1: by its twin",
     {{"/p/ https://b.test/"}}, "/x", "/p/x"},
    {"1: the twin in an absolute URL",
     {{"/p/ https://b.test/"}}, "http://b.test/x", "/p/x"},
    {"the twin is named by another rule",
     {{"/p/ http://b.test/", "/s/ https://b.test/"}},
     "https://b.test/x", "/s/x"},
    {"the twin is named by another rule, which covers less",
     {{"/p/ http://b.test/", "/s/ https://b.test/s/"}},
     "https://b.test/x", "="},
    {"no twin on other ports",
     {{"/p/ http://b.test:8080/"}, "http://b.test:8080/x"},
     "https://b.test:8080/x", "="},
    {"no twin of a default port to another port",
     {{"/p/ http://b.test/"}}, "https://b.test:8443/x", "="},
    {"2: the public authority",
     {{"/p/ http://b.test/"}, .told = "http://pub.test"},
     "http://pub.test/x", "/p/x"},
    {"2: with its port",
     {{"/p/ http://b.test/"}, .told = "http://pub.test:8000"},
     "http://pub.test/x", "="},
    {"2: not unless it was told",
     {{"/p/ http://b.test/"}}, "http://pub.test/x", "="},
    {"2: the backend's TLS is its own decision",
     {{"/p/ https://b.test/"}, "https://b.test/page",
      .told = "https://pub.test"},
     "https://pub.test/x", "/p/x"},
    {"2: a rule names the public authority",
     {{"/p/ http://pub.test/ctx/"}, .told = "http://pub.test"},
     "/ctx/x", "/p/x"},
    {"3: the rule through which the request came",
     {{"/p/ http://me.test/"}, "http://10.0.0.1:8080/page"}, "/x", "/p/x"},
    {"3: the longest of them",
     {{"/ http://you.test/", "/p/ http://me.test/"},
      "http://10.0.0.1:8080/page"},
     "/x", "/p/x"},
    {"3: not if it does not cover the request",
     {{"/other/ http://me.test/"}, "http://10.0.0.1:8080/page"}, "/x", "="},
    {"3: only of this host",
     {{"https://pub.test/ http://me.test/ctx/",
       "https://x.test/ http://you.test/"},
      "http://10.0.0.1:8080/ctx/page", "https://pub.test/page"},
     "/ctx/x", "https://pub.test/x"},
    {"3: not of another host",
     {{"https://x.test/p/ http://you.test/"}, "http://10.0.0.1:8080/page",
      "https://pub.test/p/page"},
     "/x", "="},
    {"3: not if a rule names the first",
     {{"/p/ http://me.test/", "/q/ http://10.0.0.1:8080/"},
      "http://10.0.0.1:8080/page"},
     "/x", "/q/x"},
    {"3: not if a derived rule names the first",
     {{"/p/ http://me.test/", "derived /q/ http://10.0.0.1:8080/"},
      "http://10.0.0.1:8080/page"},
     "/x", "/q/x"},
    {"a bare path: whatever it is called",
     {{"/p/ /"}, "http://10.0.0.1:8080/page"},
     "http://10.0.0.1:8080/x", "/p/x"},
    {"a bare path: never for a foreign host",
     {{"/p/ /"}}, "http://other.test/x", "="},
    {"a bare path: never for another backend",
     {{"/p/ /ctx/", "/o/ http://other.test/"}},
     "http://other.test/ctx/x", "/o/ctx/x"},
    {"IPv6 is compared by its bytes",
     {{"/p/ http://[::1]:8080/"}, "http://[::1]:8080/x"},
     "http://[0:0:0:0:0:0:0.0.0.1]:8080/x", "/p/x"},
    {"ws stands for http",
     {{"/p/ ws://b.test/"}}, "http://b.test/x", "/p/x"},
    {"no rule at all", {{NULL}}, "http://b.test/x", "="},
    {NULL}
};

static const rule_case scopes[] = {
    {"inherited",
     {{"/p/ http://b.test/", "<inner>"}}, "http://b.test/x", "/p/x", 1},
    {"none forgets the outer section",
     {{"/p/ http://b.test/", "<inner>", "none"}}, "http://b.test/x", "="},
    {"none forgets the outer section's path rules",
     {{"/p/ http://b.test/", "<inner>", "none"}}, "/x", "="},
    {"none starts afresh",
     {{"/p/ http://b.test/a/", "<inner>", "none", "/q/ http://b.test/"}},
     "http://b.test/a/x", "/q/a/x", 4},
    {"none forgets what stands before it",
     {{"/p/ http://b.test/a/", "none", "/q/ http://b.test/"}},
     "http://b.test/a/x", "/q/a/x", 3},
    {"none forgets derived rules",
     {{"derived /p/ http://b.test/", "<inner>", "none"}},
     "http://b.test/x", "="},
    {"none forgets the outer section's !",
     {{"! http://b.test/a/", "<inner>", "none", "/q/ http://b.test/"}},
     "http://b.test/a/x", "/q/a/x", 4},
    {"none forgets the outer section's RevMapRewrite",
     {{"rewrite http://b\\.test/a/(.*) /r/$1", "<inner>", "none",
       "/q/ http://b.test/"}},
     "http://b.test/a/x", "/q/a/x", 4},
    {"none in the middle of three",
     {{"/p/ http://b.test/a/", "<inner>", "none", "/q/ http://b.test/",
       "<inner>", "/r/ http://other.test/"}},
     "http://b.test/a/x", "/q/a/x", 4},
    {"a section that does not apply",
     {{"/q/ http://b.test/", "<other>", "/o/ http://b.test/a/"}},
     "http://b.test/a/x", "/q/a/x", 1},
    {"a section that does not apply names no origin",
     {{"/q/ http://b.test/", "<other>", "/o/ https://b.test/a/"}},
     "https://b.test/x", "/q/x", 1},
    {NULL}
};

static const rule_case rewrites[] = {
    {"a whole URL",
     {{"rewrite http://b\\.test/a/(.*) /r/$1"}},
     "http://b.test/a/x?y#z", "/r/x?y#z", 1},
    {"before the prefix rules",
     {{"/p/ http://b.test/a/b/", "rewrite http://b\\.test/a/(.*) /r/$1"}},
     "http://b.test/a/b/x", "/r/b/x", 2},
    {"of the outer section before the prefix rules",
     {{"rewrite http://b\\.test/a/(.*) /r/$1", "<inner>",
       "/p/ http://b.test/a/b/"}},
     "http://b.test/a/b/x", "/r/b/x", 1},
    {"inner sections first",
     {{"rewrite http://b\\.test/a/(.*) /r/$1", "<inner>",
       "rewrite http://b\\.test/(.*) /s/$1"}},
     "http://b.test/a/x", "/s/a/x", 3},
    {"in order",
     {{"rewrite http://b\\.test/(.*) /r/$1",
       "rewrite http://b\\.test/a/(.*) /s/$1"}},
     "http://b.test/a/x", "/r/a/x", 1},
    {"no match, the next one",
     {{"rewrite http://b\\.test/b/(.*) /r/$1",
       "rewrite http://b\\.test/a/(.*) /s/$1"}},
     "http://b.test/a/x", "/s/x", 2},
    {"no match, the prefix rules",
     {{"rewrite http://b\\.test/b/(.*) /r/$1", "/p/ http://b.test/"}},
     "http://b.test/a/x", "/p/a/x", 2},
    {"the subject is normalised",
     {{"rewrite http://b\\.test/app/(.*) /r/$1"}},
     "HTTP://B.TEST:80/z/../%61pp/./x?%61#%61", "/r/x?%61#%61"},
    {"%2F is no slash",
     {{"rewrite http://b\\.test/app/x /r/"}}, "http://b.test/app%2Fx", "="},
    {"an empty path is /",
     {{"rewrite http://b\\.test/ /r/"}}, "http://b.test?x", "/r/?x"},
    {"the query is no part of the subject",
     {{"rewrite http://b\\.test/x.* /r/"}},
     "http://other.test/?http://b.test/x", "="},
    {"the public side has a query",
     {{"rewrite http://b\\.test/item/([0-9]+) /show?id=$1"}},
     "http://b.test/item/42?x=1", "/show?id=42"},
    {"$0", {{"rewrite http://b\\.test/.* /log?u=$0"}},
     "http://b.test/x", "/log?u=http://b.test/x"},
    {"a group that takes no part is empty",
     {{"rewrite http://b\\.test/(a/)?(x) /r/$1$2"}},
     "http://b.test/x", "/r/x"},
    {"several groups, twice",
     {{"rewrite http://b\\.test/(.)/(.) /$2/$1/$2"}},
     "http://b.test/1/2", "/2/1/2"},
    {"anchored at both ends",
     {{"rewrite http://b\\.test/a /r/"}}, "http://b.test/ab", "="},
    {"makes no dot segment of what is none",
     {{"rewrite http://b\\.test/(.*) /r/$1"}},
     "http://b.test/x/%2%45%2%45/y", "/r/x/%2%45%2%45/y"},
    {"a fragment of the public side leaves the query alone",
     {{"rewrite http://b\\.test/(.*) /r/$1#top"}},
     "http://b.test/x?y", "/r/x?y#top"},
    {"... and takes the place of the value's",
     {{"rewrite http://b\\.test/(.*) /r/$1?a=b#top"}},
     "http://b.test/x?y#z", "/r/x?a=b#top"},
    {"a foreign URL that holds ours",
     {{"rewrite http://b\\.test/(.*) /r/$1"}},
     "http://evil.test/http://b.test/x", "="},
    {"an odd URL",
     {{"rewrite http://.*b\\.test/(.*) /r/$1"}},
     "http://evil.test\\@b.test/x", "="},
    {"userinfo",
     {{"rewrite http://.*b\\.test/(.*) /r/$1"}}, "http://u@b.test/x", "="},
    {"//host is a whole URL too",
     {{"rewrite http://b\\.test/(.*) /r/$1"}}, "//b.test/x", "/r/x"},
    {"a path of the answering backend",
     {{"rewrite /a/(.*) /r/$1"}}, "/a/x?y", "/r/x?y"},
    {"a path of the answering backend, absolute",
     {{"/p/ http://b.test/", "rewrite /a/(.*) /r/$1"}},
     "http://b.test/a/x", "/r/x"},
    {"a path of a foreign host",
     {{"rewrite /a/(.*) /r/$1"}}, "http://evil.test/a/x", "="},
    {"a path of a foreign host, //",
     {{"rewrite /a/(.*) /r/$1"}}, "//evil.test/a/x", "="},
    {"a path is normalised",
     {{"rewrite /a/(.*) /r/$1"}}, "/z/../%61/x", "/r/x"},
    {"a URL",
     {{"rewrite http://b\\.test/(.*) https://pub.test/r/$1"}},
     "http://b.test/x?y", "https://pub.test/r/x?y"},
    {"a group in the host",
     {{"rewrite http://([a-z]+)\\.b\\.test/(.*) https://$1.pub.test/$2"}},
     "http://me.b.test/x", "https://me.pub.test/x"},
    {"a group must not leave the host by a slash",
     {{"rewrite http://b\\.test/(.*) https://$1.pub.test/"}},
     "http://b.test/evil.test/", "="},
    {"... by userinfo",
     {{"rewrite http://b\\.test/(.*) https://$1.pub.test/"}},
     "http://b.test/evil.test@x", "="},
    {"... by a port",
     {{"rewrite http://b\\.test/(.*) https://$1.pub.test/"}},
     "http://b.test/evil.test:80", "="},
    {"... by an escape",
     {{"rewrite http://b\\.test/(.*) https://$1.pub.test/"}},
     "http://b.test/evil.test%2F", "="},
    {"the guard",
     {{"rewrite http://b\\.test/(.*) /$1"}},
     "http://b.test//evil.test/x", "/.//evil.test/x"},
    {"the guard, on a path",
     {{"rewrite /a/(.*) /$1"}}, "/a//evil.test/x", "/.//evil.test/x"},
    {"the guard, with an escape",
     {{"rewrite /a/(.*) /$1"}}, "/a/%5Cevil.test/x", "/%5Cevil.test/x"},
    {"the guard, from a loose regular expression",
     {{"rewrite /a(.*) /$1"}}, "/a/evil.test", "/.//evil.test"},
    {NULL}
};
/* clang-format on */

static void check_rewrite_errors(void)
{
    static const struct {
        const char *text;
        int groups;
        const char *bad; /* NULL: it is well */
    } cases[] = {
        {"/r/$1", 1, NULL},
        {"/r/$0", 0, NULL},
        {"https://pub.test/$1", 1, NULL},
        {"/r/$3", 2, "'$3'"},
        {"/r/$1", 0, "'$1'"},
        {"r/$1", 1, "'r/$1'"},
        {"ftp://pub.test/$1", 1, "'ftp://pub.test/$1'"},
        {"https://u@pub.test/$1", 1, "'https://u@pub.test/$1'"},
        {"", 0, "''"},
    };
    apr_pool_t *pool = new_pool();
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = exact(cases[i].text);
        revmap_rewrite made;
        const char *error;

        memset(&made, 0, sizeof(made));
        error = revmap_rewrite_parse(pool, &made, text, cases[i].groups);
        if (cases[i].bad) {
            ok(error && strstr(error, cases[i].bad), "'%s' is refused: %s",
               cases[i].text, error ? error : "it is not");
        }
        else {
            is_str(error, NULL, "'%s' is well", cases[i].text);
        }
        free(text);
    }
    apr_pool_destroy(pool);
}

int main(void)
{
    check(order);
    check(names);
    check(scopes);
    check(rewrites);
    check_rewrite_errors();
    return done_testing();
}
