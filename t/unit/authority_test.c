/* SPDX-License-Identifier: Apache-2.0 */

/* Authorities: what is read eight bytes at a time is what a look at each byte
 * finds, for generated texts. */

#include "fixture.h"

enum {
    ROUNDS = 40000,
    LONGEST = 40
};

/* Mostly what stands in a host; all others now and then. */
static char random_byte(void)
{
    static const char usual[] = "abcxyzABCXYZ0189-.";

    return random_below(24) ? usual[random_below(sizeof(usual) - 1)]
                            : (char)random_below(256);
}

static int is_host_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
           || (c >= 'A' && c <= 'Z') || (c && strchr("-._~!$&'()*+,;=", c));
}

static apr_size_t host_length(revmap_slice text)
{
    apr_size_t len = 0;

    while (len < text.len && is_host_byte(text.ptr[len])) {
        len++;
    }
    return len;
}

static unsigned int hash_of(revmap_slice host)
{
    revmap_slice text =
        revmap_slice_make(exact_mem(host.ptr, host.len), host.len);
    revmap_origin origin;
    unsigned int hash = revmap_authority_parse(&origin, text) ? 0 : origin.hash;

    free_slice(text);
    return hash;
}

static int is_wrong_host(const revmap_origin *origin, revmap_slice host)
{
    char other[LONGEST];
    apr_size_t i;

    for (i = 0; i < host.len; i++) {
        other[i] = (char)revmap_lower((unsigned char)host.ptr[i]);
    }
    return !revmap_slice_equal(origin->host, host) || origin->port
           || origin->is_ipv6 || origin->hash != hash_of(host)
           || origin->hash != hash_of(revmap_slice_make(other, host.len));
}

/* A host, and what may stand behind it; or what may not. */
static void check_hosts(void)
{
    int wrong = 0;
    int good = 0;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        char bytes[LONGEST];
        revmap_slice text = revmap_slice_make(bytes, random_below(LONGEST));
        revmap_slice rest;
        revmap_origin origin;
        apr_size_t len;
        int is_none;

        for (len = 0; len < text.len; len++) {
            bytes[len] = random_byte();
        }
        text.ptr = exact_mem(bytes, text.len);
        len = host_length(text);
        rest = text;
        is_none = revmap_authority_read(&origin, &rest) != REVMAP_OK;
        if (len && (len == text.len || memchr("/?#", text.ptr[len], 3))) {
            wrong += is_none
                     || is_wrong_host(&origin, revmap_slice_make(text.ptr, len))
                     || rest.ptr != text.ptr + len;
            good++;
        }
        else if (!text.len || !memchr("[:", text.ptr[len], 2)) {
            wrong += !is_none;
        }
        wrong += rest.ptr + rest.len != text.ptr + text.len
                 || (rest.len && !memchr("/?#", rest.ptr[0], 3));
        free_slice(text);
    }
    is_int(wrong, 0, "%d hosts among %d texts", good, ROUNDS);
}

/* Hosts that differ in a byte have different hashes, as far as can be. */
static void check_hashes(void)
{
    enum {
        HOSTS = 10000
    };
    apr_pool_t *pool = new_pool();
    static unsigned char seen[1 << 20];
    int twice = 0;
    int i;

    for (i = 0; i < HOSTS; i++) {
        unsigned int hash = hash_of(revmap_slice_of(apr_psprintf(
            pool, i % 2 ? "b%d.test" : "a_b%d.backends.internal.test", i)));

        twice += seen[hash >> 12]++ != 0;
    }
    ok(twice < HOSTS / 50, "%d of %d hashes of hosts are near another", twice,
       HOSTS);
    apr_pool_destroy(pool);
}

/* A backend's URL as mod_proxy spells it: its origin, and what stands behind
 * it. */
static void check_backends(void)
{
    static const struct {
        const char *text;
        const char *origin; /* NULL: it has none */
        const char *rest;
    } urls[] = {
        {"http://b.test:8080/x?y", "http://b.test:8080", "/x?y"},
        {"HTTPS://B.test:0443/x", "https://b.test", "/x"},
        {"http://b.test", "http://b.test", ""},
        {"http://[::1]:81?y", "http://[::1]:81", "?y"},
        {"ws://b.test/", "http://b.test", "/"},
        {"wss://b.test/", "https://b.test", "/"},
        {"h2c://b.test:81/", "http://b.test:81", "/"},
        {"h2://b.test/", "https://b.test", "/"},
        {"ajp://b.test/", "ajp://b.test", "/"},
        {"ajp://b.test:81//x", "ajp://b.test:81", "//x"},
        {"balancer://b.test/x", NULL, NULL},
        {"fcgi://b.test:9000/srv/x", NULL, NULL},
        {"unix:/run/s|http://b.test/", NULL, NULL},
        {"http:/b.test/", NULL, NULL},
        {"http//b.test/", NULL, NULL},
        {"://b.test/", NULL, NULL},
        {"//b.test/", NULL, NULL},
        {"/x", NULL, NULL},
        {"", NULL, NULL},
        {"http:///x", NULL, NULL},
        {"http://b.test:x/", NULL, NULL},
        {"http://b.test:65536/", NULL, NULL},
        {"http://b.test:0/", NULL, NULL},
        {"http://a@b.test/", NULL, NULL},
    };
    apr_pool_t *pool = new_pool();
    apr_size_t i;

    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        revmap_slice text = exact_slice(urls[i].text);
        revmap_slice rest = text;
        revmap_origin origin;
        const char *made = NULL;

        if (!revmap_backend_read(&origin, &rest)) {
            made = apr_pstrcat(pool, revmap_origin_text(pool, &origin), " ",
                               apr_pstrmemdup(pool, rest.ptr, rest.len), NULL);
        }
        is_str(made,
               urls[i].origin
                   ? apr_pstrcat(pool, urls[i].origin, " ", urls[i].rest, NULL)
                   : NULL,
               "\"%s\"", urls[i].text);
        free_slice(text);
    }
    apr_pool_destroy(pool);
}

int main(void)
{
    check_hosts();
    check_hashes();
    check_backends();
    return done_testing();
}
