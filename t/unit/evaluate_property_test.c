/* SPDX-License-Identifier: Apache-2.0 */

/* What is promised in docs/security.md, for generated values. */

#include "fixture.h"

/* clang-format off */
static const struct {
    const char *name;
    setting set;
    const char *backend;    /* host of the backend, with its port */
    const char *host;       /* without */
    const char *context;    /* the path of its rule */
    const char *prefix;     /* the longest that may be put in front */
    int promised;           /* no public side in or above a backend side */
} maps[] = {
    {"A", {{"https://pub.test/p/ http://b.test:8080/app/"},
           "http://b.test:8080/app/page", "https://pub.test/p/page"},
     "b.test:8080", "b.test", "/app", "https://pub.test/p", 1},
    {"B", {{"/ http://b.test:8080/app/"},
           "http://b.test:8080/app/page", "https://pub.test/page"},
     "b.test:8080", "b.test", "/app", "", 0},
    {"C", {{"/p/ http://b.test:8080/"},
           "http://b.test:8080/dir/page", "https://pub.test/p/dir/page"},
     "b.test:8080", "b.test", "", "/p", 1},
    {"C, own", {{"/p/ http://b.test:8080/"},
           "http://b.test:8080/dir/page", "https://www.test/p/dir/page",
           .own = "https://www.test"},
     "b.test:8080", "b.test", "", "https://www.test/p", 1},
    {"D", {{"/p/ http://d.test/ctx/"},
           "http://d.test/ctx/page", "http://pub.test/p/page",
           "http://pub.test"},
     "d.test", "d.test", "/ctx", "/p", 1},
    {"E", {{"/p/ http://e.test/", "<other>", "/sso/ http://sso.test/"},
           "http://e.test/x", "https://pub.test/p/x"},
     "e.test", "e.test", "", "/p", 1},
    {"IPv6", {{"/p/ http://[2001:db8::1]:8080/app/"},
           "http://[2001:db8::1]:8080/app/x", "https://pub.test/p/x"},
     "[2001:db8::1]:8080", "[2001:db8::1]", "/app", "/p", 1},
    {"bare", {{"/p/ /app/"},
           "http://b.test:8080/app/x", "https://pub.test/p/x"},
     "b.test:8080", "b.test", "/app", "/p", 1},
};

/* Authorities that only look like the backend's. %1$s is its host, %2$s the
 * host with the port. */
static const char *const confusing[] = {
    "%1$s.evil.test", "%2$s.evil.test", "%1$s-evil.test", "%1$sx",
    "%2$s0", "%2$s1", "x%2$s", "x.%2$s", "-%2$s", ".%2$s", "x-%2$s",
    "%1$s:1", "%1$s:80800", "%1$s:8081", "%1$s:808", "%1$s:65616",
    "%1$s:4294967376", "%1$s:-1", "%1$s:+80", "%1$s:0x50", "%1$s:8O",
    "%1$s:8080:8080", "%1$s::8080", "%1$s: 8080", "%1$s:8080 ",
    "%1$s:80.evil.test", "%1$s:@evil.test", "%1$s:8080@evil.test",
    "%2$s@evil.test", "%2$s:pw@evil.test", "%2$s@evil.test:8080",
    "user@%2$s", "user:pw@%2$s", "@%2$s", ":@%2$s", "%2$s@", "@@%2$s",
    "evil.test@%2$s", "evil.test:80@%2$s", "evil.test%%40%2$s",
    "evil.test\\@%2$s", "evil.test\\.%2$s", "evil.test\\%2$s", "\\%2$s",
    "%2$s\\", "%2$s\\@evil.test", "%2$s\\.evil.test", "%1$s\\:8080",
    "%2$s%%00.evil.test", "%2$s%%2F", "%2$s%%2Eevil.test", "%2$s%%40evil",
    "%2$s%%23@evil.test", "%2$s%%5C@evil.test", "%%20%2$s",
    "%2$s\t", "\t%2$s", "%1$s\t:8080", "%2$s\r\n", "%2$s\x01", "\x7F%2$s",
    "%2$s ", " %2$s", "%1$s .evil.test", "%1$s.", "%1$s..", "%1$s.:8080",
    "%2$s;evil.test", "%2$s,evil.test", "%2$s&evil.test", "%2$s=evil.test",
    "%2$s|evil.test", "%2$s^", "%2$s\"", "%2$s<", "%2$s>", "%2$s`", "%2$s{",
    "%2$s\xE3\x80\x82" "evil.test", "%2$s\xEF\xBC\x8F" "evil.test",
    "%2$s\xEF\xBC\xA0" "evil.test", "%2$s\xC2\xAD", "\xEF\xBD\x82%2$s",
    "[%2$s", "%2$s]", "[%2$s]", "[%1$s]:8080", "[%2$s]@evil.test",
    "evil.test", "localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
    "[2001:db8::2]:8080", "[2001:db8::1%%25eth0]:8080", "[2001:db8::1%%250]",
    "[2001:db8::1:]:8080", "[2001:db8:::1]:8080", "[2001:db8::1]8080",
    "[2001:db8::1].evil.test:8080", "[2001:db8::1]:8080.evil.test",
    "2001:db8::1:8080", "2001:db8::1", "[v1.2001:db8::1]:8080",
};

static const char *const schemes[] = {"http://", "https://", "//", "HTTP://"};

/* Behind an authority that is the backend's. */
static const char *const tails[] = {
    "", "/", "?", "#", "/x", "/x?y#z", "//x", "//evil.test/x", "///x", "/./x",
    "/../x", "/x/..", "/x/../..//evil.test", "/.//evil.test", "/%2e/",
    "/%2e%2e/x", "/x%2Fy", "/;a=b", "/;/x", "/x;y=1/z;", "/%", "/%zz", "/a b",
    "/\xC3\xA9", "/%c3%a9", "/p/x", "/p", "/app/x", "/ctx/x", "/sso/x",
    "/\\evil.test", "/%5Cevil.test", "/\t/evil.test", "/%09/evil.test",
    "/x\r\nA: b", "?u=http://b.test:8080/app/x", "#http://b.test:8080/",
    ";x", "?\\", "/~%7E%7e", "/a/b/c/d/e/f/../../../../../../../../x",
    "/.", "/..", "/...", "/.x", "/..x", "/:80/x", "/@evil.test/", "/http://x/",
    "/'\"<>`{|}^[]", "/\x7F",
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const revmap_use uses[] = {REVMAP_USE_REDIRECT, REVMAP_USE_REFRESH,
                                  REVMAP_USE_REFERENCE};

/* "//b.test:8080" names a host that a browser at an https page reads as
 * https; only the host and the port are ours to judge. */
static void check_foreign(size_t m)
{
    world w = world_of(&maps[m].set);
    size_t i;
    size_t j;
    size_t k;

    for (i = 0; i < COUNT(confusing); i++) {
        const char *authority =
            apr_psprintf(w.pool, confusing[i], maps[m].host, maps[m].backend);
        int wrong = 0;

        for (j = 0; j < COUNT(schemes) * 3; j++) {
            static const char *const behind[] = {"", "?", "/x"};
            const char *value =
                apr_pstrcat(w.pool, schemes[j / 3], authority, maps[m].context,
                            behind[j % 3], NULL);

            for (k = 0; k < COUNT(uses); k++) {
                revmap_result result;

                if (strcmp(evaluate(&w, value, uses[k], &result), "=")) {
                    wrong++;
                }
            }
        }
        is_int(wrong, 0, "map %s: '%s' is foreign", maps[m].name, authority);
    }
    end_world(&w);
}

static int holds_control(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F) {
            return 1;
        }
    }
    return 0;
}

/* A bare path must not be read as the beginning of a host. */
static int leaves_site(const char *value)
{
    return *value == '/' && (value[1] == '/' || value[1] == '\\');
}

/* @return what is wrong with a mapped value, or NULL */
static const char *fault(const world *w, size_t m, const char *value,
                         const char *answer, revmap_use use)
{
    const char *again;
    revmap_result result;
    size_t limit = strlen(value) + strlen(maps[m].prefix)
                   + strlen(maps[m].set.requested) + 3;

    if (holds_control(answer)) {
        return "holds a control byte";
    }
    if (leaves_site(answer)) {
        return "leaves the site";
    }
    if (strlen(answer) > limit) {
        return "is too long";
    }
    again = evaluate(w, answer, use, &result);
    if (maps[m].promised && strcmp(again, "=") && strcmp(again, answer)) {
        return apr_psprintf(w->pool, "does not stay, but becomes %s", again);
    }
    return NULL;
}

static void check_value(const world *w, size_t m, const char *value)
{
    const char *wrong = NULL;
    const char *answer = "=";
    size_t i;

    for (i = 0; i < COUNT(uses) && !wrong; i++) {
        revmap_result result;

        answer = evaluate(w, value, uses[i], &result);
        if (strcmp(answer, "=")) {
            wrong = fault(w, m, value, answer, uses[i]);
        }
    }
    ok(!wrong, "map %s: %s -> %s %s", maps[m].name, value, answer,
       wrong ? wrong : "");
}

static void check_own(size_t m)
{
    world w = world_of(&maps[m].set);
    size_t i;

    for (i = 0; i < COUNT(tails); i++) {
        const char *path = apr_pstrcat(w.pool, maps[m].context, tails[i], NULL);

        check_value(&w, m, path);
        check_value(&w, m, tails[i]);
        check_value(
            &w, m, apr_pstrcat(w.pool, "http://", maps[m].backend, path, NULL));
        check_value(&w, m,
                    apr_pstrcat(w.pool, "//", maps[m].backend, path, NULL));
    }
    end_world(&w);
}

/* Every byte in every place of an absolute value: either it stays, or it is
 * still ours. */
static void check_bytes(size_t m)
{
    world w = world_of(&maps[m].set);
    const char *base = apr_pstrcat(w.pool, "http://", maps[m].backend,
                                   maps[m].context, "/x?y", NULL);
    const char *wrong = NULL;
    char *value = apr_pstrdup(w.pool, base);
    size_t i;
    int c;

    for (i = 0; base[i] && !wrong; i++) {
        apr_pool_t *all = w.pool;

        apr_pool_create(&w.pool, all);
        for (c = 1; c < 256 && !wrong; c++) {
            revmap_result result;
            const char *answer;

            value[i] = (char)c;
            answer = evaluate(&w, value, REVMAP_USE_REDIRECT, &result);
            if (strcmp(answer, "=")) {
                wrong = fault(&w, m, value, answer, REVMAP_USE_REDIRECT);
            }
        }
        wrong = wrong ? apr_pstrdup(all, wrong) : NULL;
        apr_pool_destroy(w.pool);
        w.pool = all;
        value[i] = wrong ? value[i] : base[i];
    }
    ok(!wrong, "map %s: any byte anywhere: %s %s", maps[m].name, value,
       wrong ? wrong : "");
    end_world(&w);
}

/* Every shorter piece of a value, so that whoever reads on behind the end
 * is caught. */
static void check_prefixes(size_t m)
{
    world w = world_of(&maps[m].set);
    const char *base = apr_pstrcat(w.pool, "http://", maps[m].backend,
                                   maps[m].context, "/%2e%2e/./%61?y#z", NULL);
    size_t i;

    for (i = 0; i <= strlen(base); i++) {
        check_value(&w, m, apr_pstrndup(w.pool, base, i));
        check_value(&w, m, base + i);
    }
    end_world(&w);
}

/* The number of dot segments does not matter to anybody. */
static void check_long(void)
{
    world w = world_of(&maps[0].set);
    apr_size_t n = 300000;
    char *value = apr_palloc(w.pool, 2 * n + 32);
    revmap_result result;
    apr_size_t i;
    apr_size_t len;

    strcpy(value, "/app/");
    for (i = 0; i < n; i++) {
        memcpy(value + 5 + 2 * i, "./", 2);
    }
    strcpy(value + 5 + 2 * n, "x");
    is_str(evaluate(&w, value, REVMAP_USE_REDIRECT, &result),
           "https://pub.test/p/x", "many dot segments");
    memset(value + 5, '/', 2 * n);
    len = strlen(evaluate(&w, value, REVMAP_USE_REDIRECT, &result));
    is_int((long)len, (long)(strlen("https://pub.test/p/x") + 2 * n),
           "many slashes");
    end_world(&w);
}

int main(void)
{
    size_t m;

    for (m = 0; m < COUNT(maps); m++) {
        check_foreign(m);
        check_own(m);
        check_bytes(m);
        check_prefixes(m);
    }
    check_long();
    return done_testing();
}
