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

/* Who set which cookie.
 *
 * A browser knows a cookie by its name, its Path and its Domain.  If two
 * applications behind one host set the same, each login ends the session of
 * the other.
 *
 * The table is of fixed size and shared by all children.  A place in it is one
 * word: its upper half is of the hash of a cookie, its lower one of the hash of
 * the backend that set it.  So mostly one look at one word tells that all is
 * well.
 *
 * It begins afresh with each configuration.  Children of an older one, which
 * end their requests, do not write into it any more. */

#include "revmap/httpd/clash.h"
#include "revmap/httpd/counters.h"
#include "revmap/httpd/proxied.h"
#include "revmap/httpd/report.h"
#include "revmap/httpd/shared.h"

#include "apr_lib.h"
#include "apr_strings.h"

#include "revmap/cookie_field.h"
#include "revmap/cookie_line.h"
#include "revmap/noinline.h"

#define PLACES 4U /* where a cookie may stand */

#define HALF (4 * sizeof(revmap_cell)) /* of a word, in bits */
#define BACKEND_BITS ((APR_UINT64_C(1) << HALF) - 1)

/* Of this configuration. */
static apr_uint32_t generation;

/* ---- what a cookie is known by ------------------------------------------ */

static REVMAP_NOINLINE unsigned int other_host_hash(const request_rec *r,
                                                    revmap_slice domain)
{
    return revmap_host_hash(
        domain.len ? domain : revmap_slice_of(r->server->server_hostname));
}

/* A host has the same hash whether it is asked or named as a Domain. */
static unsigned int host_hash(const request_rec *r,
                              const revmap_exchange *exchange,
                              revmap_slice domain)
{
    return !domain.len && exchange->own ? exchange->own->origin.hash
                                        : other_host_hash(r, domain);
}

static apr_uint64_t hash_of(const request_rec *r,
                            const revmap_exchange *exchange,
                            const revmap_identity *cookie)
{
    apr_uint64_t hash =
        REVMAP_HASH_SEED ^ host_hash(r, exchange, cookie->domain);

    hash = revmap_hash(hash, cookie->name.ptr, cookie->name.len);
    return revmap_hash(hash, cookie->path.ptr, cookie->path.len);
}

/* ---- who set it --------------------------------------------------------- */

/* A gateway has no origin; "fcgi://host:port" stands for it, which mod_proxy
 * has as "proxy:fcgi://host:port/path". */
static revmap_slice gateway_of(const request_rec *r)
{
    const char *url = r->filename ? strstr(r->filename, "proxy:") : NULL;
    const char *name = url ? url + strlen("proxy:") : "";
    const char *authority = strstr(name, "://");
    apr_size_t len = authority ? (apr_size_t)(authority - name) + 3 : 0;

    return revmap_slice_make(name, len + strcspn(name + len, "/"));
}

/* Its host has been hashed already, which is spread over all bits. */
static apr_uint64_t hash_origin(const revmap_origin *origin)
{
    return revmap_origin_hash(origin) * APR_UINT64_C(0x9E3779B97F4A7C15);
}

/* An application is known by its balancer or its socket, else by its origin:
 * NULL. */
static revmap_slice backend_name(const request_rec *r,
                                 const revmap_exchange *exchange)
{
    const char *text = revmap_asked_balancer(r);

    text = text ? text : apr_table_get(r->notes, "uds_path");
    if (text) {
        return revmap_slice_of(text);
    }
    return exchange->backend ? revmap_slice_make(NULL, 0) : gateway_of(r);
}

static apr_uint64_t hash_backend(const revmap_exchange *exchange,
                                 revmap_slice name)
{
    return name.ptr ? revmap_hash(REVMAP_HASH_SEED, name.ptr, name.len)
                    : hash_origin(exchange->backend);
}

/* Returns zero if there is no room for one more. */
static int keep_name(apr_pool_t *pool, apr_uint64_t hash, revmap_slice name,
                     const revmap_origin *origin)
{
    const char *text = name.ptr ? apr_pstrmemdup(pool, name.ptr, name.len)
                                : revmap_origin_text(pool, origin);

    return revmap_name_number(revmap_memory->backends, REVMAP_BACKENDS, hash,
                              text)
           < REVMAP_BACKENDS;
}

/* ---- words -------------------------------------------------------------- */

static apr_uint64_t backend_bits(apr_uint64_t backend)
{
    return revmap_name_tag(backend) & BACKEND_BITS;
}

/* Never 0, which is a free place: no name has a tag of 0. */
static apr_uint64_t word_of(apr_uint64_t cookie, apr_uint64_t backend)
{
    return (cookie >> (64 - 2 * HALF) & ~BACKEND_BITS) | backend_bits(backend);
}

static int is_same_cookie(apr_uint64_t word, apr_uint64_t other)
{
    return !((word ^ other) & ~BACKEND_BITS);
}

/* The name of the backend in a word. */
static const char *name_in(apr_pool_t *pool, apr_uint64_t word)
{
    revmap_name *name = revmap_memory->backends;
    revmap_name *end = name + REVMAP_BACKENDS;

    while (name < end
           && (apr_atomic_read32(&name->hash) & BACKEND_BITS)
                  != (word & BACKEND_BITS)) {
        name++;
    }
    return name < end ? revmap_name_text(pool, name) : "";
}

static revmap_cell *place_of(apr_uint64_t cookie, unsigned int i)
{
    return &revmap_memory->cookies[(cookie + i) % REVMAP_COOKIES];
}

/* Where a cookie is, or may be put: what does not fit in takes the place of
 * something else. */
static revmap_cell *find_place(apr_uint64_t cookie, apr_uint64_t word,
                               apr_uint64_t *there)
{
    unsigned int i;

    for (i = 0; i < PLACES; i++) {
        *there = revmap_cell_read(place_of(cookie, i));
        if (!*there || is_same_cookie(*there, word)) {
            return place_of(cookie, i);
        }
    }
    *there = revmap_cell_read(place_of(cookie, 0));
    return place_of(cookie, 0);
}

/* ---- all together ------------------------------------------------------- */

static int is_outdated(void)
{
    return apr_atomic_read32(&revmap_memory->generation) != generation;
}

static int is_kept(request_rec *r, const revmap_exchange *exchange,
                   const char *sent)
{
    revmap_cookie_wishes wishes;
    const char *says;

    revmap_cookie_wishes_of(
        exchange->scope,
        revmap_cookie_name(revmap_cookie_pair(revmap_slice_of(sent))), r->pool,
        &wishes);
    says = revmap_cookie_says(&wishes, REVMAP_COOKIE_SCOPE);
    return says && strcmp(says, "keep") == 0;
}

/* The Path of a __Host- cookie is to stay. */
static const char *narrow_or(apr_pool_t *pool, const revmap_identity *cookie,
                             const char *name)
{
    return revmap_prefix_is_host(revmap_cookie_prefix_of(cookie->name))
               ? ""
               : apr_pstrcat(pool, "'RevMapCookie ", name, " narrow' or ",
                             NULL);
}

static void report(request_rec *r, const revmap_identity *cookie,
                   const char *backend, const char *other)
{
    const char *name =
        apr_pstrmemdup(r->pool, cookie->name.ptr, cookie->name.len);
    const char *path =
        apr_pstrmemdup(r->pool, cookie->path.ptr, cookie->path.len);

    revmap_count_last(r, REVMAP_CLASHES,
                      apr_pstrcat(r->pool, name, "; Path=", path, " of ",
                                  backend, " and ", other, NULL));
    revmap_warn_hourly(r, "RM0104", NULL,
                       apr_pstrcat(r->pool, name, "=", path, NULL),
                       "%s and %s both set a cookie '%s' with Path=%s, so "
                       "that a login at one of them ends the session at the "
                       "other; in the <Location> of one of them write "
                       "%s'RevMapCookie %s rename=%s2', or 'RevMapCookie %s "
                       "keep' in both if they are to share it",
                       backend, other, name, path,
                       narrow_or(r->pool, cookie, name), name, name, name);
}

/* The cookie is not where it is first looked for, or not with this backend. */
static REVMAP_NOINLINE void
enter(request_rec *r, const revmap_exchange *exchange, const char *sent,
      const revmap_identity *cookie, apr_uint64_t hash, apr_uint64_t word)
{
    revmap_slice name = backend_name(r, exchange);
    apr_uint64_t there;
    revmap_cell *place = find_place(hash, word, &there);

    if (there != word && !is_outdated()
        && keep_name(r->pool, hash_backend(exchange, name), name,
                     exchange->backend)
        && revmap_cell_swap(place, word, there) && there
        && is_same_cookie(there, word) && !is_kept(r, exchange, sent)) {
        report(r, cookie, name_in(r->pool, word), name_in(r->pool, there));
    }
}

void revmap_look_for_clash(request_rec *r, const revmap_exchange *exchange,
                           const char *sent, const revmap_identity *cookie)
{
    apr_uint64_t backend = hash_backend(exchange, backend_name(r, exchange));
    apr_uint64_t hash = hash_of(r, exchange, cookie);
    apr_uint64_t word = word_of(hash, backend);

    if (revmap_cell_read(place_of(hash, 0)) != word) {
        enter(r, exchange, sent, cookie, hash, word);
    }
}

void revmap_begin_cookies(void)
{
    int i;

    generation = apr_atomic_read32(&revmap_memory->generation);
    revmap_names_forget(revmap_memory->backends, REVMAP_BACKENDS);
    for (i = 0; i < REVMAP_COOKIES; i++) {
        revmap_cell_clear(&revmap_memory->cookies[i]);
    }
}
