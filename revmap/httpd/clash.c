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
 * word: what is left of the cookie's hash, and the number of its backend.
 *
 * It begins afresh with each configuration.  Children of an older one, which
 * end their requests, do not write into it any more. */

#include "revmap/httpd/clash.h"
#include "revmap/httpd/counters.h"
#include "revmap/httpd/report.h"
#include "revmap/httpd/shared.h"

#include "apr_lib.h"
#include "apr_strings.h"

#include "revmap/cookie_field.h"
#include "revmap/cookie_line.h"
#include "revmap/noinline.h"

#define PLACES 4 /* where a cookie may stand */

/* Of this configuration. */
static apr_uint32_t generation;

/* ---- what a cookie is known by ------------------------------------------ */

/* A host has the same hash whether it is asked or named as a Domain. */
static unsigned int host_hash(const request_rec *r,
                              const revmap_exchange *exchange,
                              revmap_slice domain)
{
    if (domain.len) {
        return revmap_host_hash(domain);
    }
    return exchange->own
               ? exchange->own->origin.hash
               : revmap_host_hash(revmap_slice_of(r->server->server_hostname));
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

/* An application is known by its balancer or its socket, else by its origin.
 * Returns the hash of its name, which is NULL for an origin. */
static apr_uint64_t hash_backend(const request_rec *r,
                                 const revmap_exchange *exchange,
                                 revmap_slice *name)
{
    const char *text = apr_table_get(r->subprocess_env, "BALANCER_NAME");

    text = text ? text : apr_table_get(r->notes, "uds_path");
    if (!text && exchange->backend) {
        *name = revmap_slice_make(NULL, 0);
        return hash_origin(exchange->backend);
    }
    *name = text ? revmap_slice_of(text) : gateway_of(r);
    return revmap_hash(REVMAP_HASH_SEED, name->ptr, name->len);
}

static REVMAP_NOINLINE apr_uint32_t number_backend(apr_pool_t *pool,
                                                   apr_uint64_t hash,
                                                   revmap_slice name,
                                                   const revmap_origin *origin)
{
    return revmap_name_number(revmap_memory->backends, REVMAP_BACKENDS, hash,
                              name.ptr
                                  ? apr_pstrmemdup(pool, name.ptr, name.len)
                                  : revmap_origin_text(pool, origin));
}

/* Where a cookie is, or may be put: what does not fit in takes the place of
 * something else. */
static volatile apr_uint32_t *find_place(apr_uint64_t hash, apr_uint32_t tag,
                                         apr_uint32_t *there)
{
    volatile apr_uint32_t *places =
        &revmap_memory->cookies[hash % (REVMAP_COOKIES / PLACES) * PLACES];
    unsigned int first = (unsigned int)(hash >> 32) % PLACES;
    volatile apr_uint32_t *place = &places[first];
    unsigned int i;

    *there = apr_atomic_read32(place);
    for (i = 1; i < PLACES && *there && *there / REVMAP_BACKENDS != tag; i++) {
        place = &places[(first + i) % PLACES];
        *there = apr_atomic_read32(place);
    }
    return place;
}

/* ---- all together ------------------------------------------------------- */

static int is_outdated(void)
{
    return apr_atomic_read32(&revmap_memory->generation) != generation;
}

static REVMAP_NOINLINE int
is_kept(request_rec *r, const revmap_exchange *exchange, const char *sent)
{
    revmap_cookie_wishes wishes;
    revmap_slice name;
    revmap_slice value;
    const char *says;

    revmap_cookie_split(revmap_cookie_pair(revmap_slice_of(sent)), &name,
                        &value);
    revmap_cookie_wishes_of(exchange->scope, name, r->pool, &wishes);
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

static REVMAP_NOINLINE void report(request_rec *r,
                                   const revmap_identity *cookie,
                                   apr_uint32_t number,
                                   apr_uint32_t other_number)
{
    const char *backend =
        revmap_name_text(r->pool, &revmap_memory->backends[number]);
    const char *other =
        revmap_name_text(r->pool, &revmap_memory->backends[other_number]);
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

void revmap_look_for_clash(request_rec *r, const revmap_exchange *exchange,
                           const char *sent, const revmap_identity *cookie)
{
    apr_uint64_t hash = hash_of(r, exchange, cookie);
    apr_uint32_t tag = (apr_uint32_t)(hash >> 40) | 1;
    volatile apr_uint32_t *place;
    apr_uint64_t backend_hash;
    apr_uint32_t number;
    apr_uint32_t there;
    revmap_slice name;

    place = find_place(hash, tag, &there);
    backend_hash = hash_backend(r, exchange, &name);
    if ((there / REVMAP_BACKENDS == tag
         && revmap_name_has(&revmap_memory->backends[there % REVMAP_BACKENDS],
                            backend_hash))
        || is_outdated()) {
        return;
    }
    number = number_backend(r->pool, backend_hash, name, exchange->backend);
    if (number < REVMAP_BACKENDS
        && apr_atomic_cas32(place, tag * REVMAP_BACKENDS + number, there)
               == there
        && there / REVMAP_BACKENDS == tag && !is_kept(r, exchange, sent)) {
        report(r, cookie, number, there % REVMAP_BACKENDS);
    }
}

void revmap_begin_cookies(void)
{
    int i;

    generation = apr_atomic_read32(&revmap_memory->generation);
    revmap_names_forget(revmap_memory->backends, REVMAP_BACKENDS);
    for (i = 0; i < REVMAP_COOKIES; i++) {
        apr_atomic_set32(&revmap_memory->cookies[i], 0);
    }
}
