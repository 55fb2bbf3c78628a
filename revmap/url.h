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

/**
 * @file url.h
 * @brief A URL reference as slices into the input: screening, origin, form
 *
 * Browsers (the URL standard) and RFC 3986 disagree about odd references.
 * Whatever they may read differently is screened: it is no URL for us, so
 * that it goes through as it came.
 */

#ifndef REVMAP_URL_H
#define REVMAP_URL_H

#include "revmap/path.h"
#include "revmap/reason.h"

#include "apr_network_io.h"

/** The schemes in which a backend or the public site can be named. */
typedef enum revmap_scheme {
    REVMAP_SCHEME_NONE = 0,
    REVMAP_HTTP,
    REVMAP_HTTPS,
    REVMAP_AJP /**< of backends only: no header names such an origin */
} revmap_scheme;

/** Scheme, host and effective port (RFC 6454, section 4). */
typedef struct revmap_origin {
    revmap_slice host;    /**< without the brackets of an IPv6 literal */
    unsigned int hash;    /**< of the host: the same for the same one */
    apr_port_t port;      /**< the scheme's default where none is written */
    unsigned char scheme; /**< revmap_scheme */
    unsigned char is_ipv6;
} revmap_origin;

/** What an empty host has as its hash. */
#define REVMAP_NO_HASH 2166136261u

/** How a reference begins (RFC 3986 section 4.2). */
typedef enum revmap_form {
    REVMAP_FORM_ABSOLUTE, /**< "http://host/path" */
    REVMAP_FORM_NETWORK,  /**< "//host/path" */
    REVMAP_FORM_PATH,     /**< "/path" */
    REVMAP_FORM_RELATIVE  /**< "path", "../path", "?query", "#fragment", "" */
} revmap_form;

/** A reference in its parts, each a slice of the text that was parsed. */
typedef struct revmap_url {
    revmap_form form;
    revmap_slice site;    /**< "http://host:80" or "//host", else empty */
    revmap_origin origin; /**< of the forms that have one; NETWORK leaves the
                               scheme open and the port 0 if none is given */
    revmap_slice path;    /**< may be empty */
    revmap_slice suffix;  /**< '?' or '#' and all behind it, else empty */
    int is_known;         /**< the site is the one that was expected */
    unsigned int bytes;   /**< REVMAP_BYTE_* bits of those of the path */
} revmap_url;

/**
 * Screen a reference and take it apart.
 * @param url filled in; its slices point into @a text
 * @param text the reference, blanks trimmed
 * @return REVMAP_OK, or why it is not read as a URL (REVMAP_BAD_*)
 */
revmap_reason revmap_url_parse(revmap_url *url, revmap_slice text);

/**
 * The same for who expects a certain origin: if the reference begins with the
 * very text, it is not read again.
 * @param site "scheme://authority" of @a origin; empty: it has none
 */
revmap_reason revmap_url_parse_known(revmap_url *url, revmap_slice text,
                                     revmap_slice site,
                                     const revmap_origin *origin);

/** The same for a URL as mod_proxy spells it, see revmap_backend_scheme(). */
revmap_reason revmap_url_parse_backend(revmap_url *url, revmap_slice text);

/**
 * Read "scheme://authority" at the beginning of such a URL.
 * @param origin filled in
 * @param text set to what stands behind it
 * @return REVMAP_OK, or why it is none
 */
revmap_reason revmap_backend_read(revmap_origin *origin, revmap_slice *text);

/** @return the scheme in which a backend names itself that mod_proxy asks by
 *          http, https, ws, wss, h2, h2c or ajp; none for all others */
revmap_scheme revmap_backend_scheme(revmap_slice name);

/**
 * Read "host", "host:port", "[v6]:port" (RFC 3986 section 3.2) at the beginning
 * of a text.
 * @param origin host and port are filled in; the port is 0 if none is given
 * @param text set to what stands behind it, in any case: '/', '?' or nothing
 * @return REVMAP_OK, or why it is none
 */
revmap_reason revmap_authority_read(revmap_origin *origin, revmap_slice *text);

/** The same for a text that is to be all of it. */
revmap_reason revmap_authority_parse(revmap_origin *origin, revmap_slice text);

/** @return 80, 443 or 8009 */
static inline apr_port_t revmap_scheme_port(revmap_scheme scheme)
{
    switch (scheme) {
    case REVMAP_HTTPS:
        return 443;
    case REVMAP_AJP:
        return 8009;
    default:
        return 80;
    }
}

/** Give an origin its scheme, and the scheme's port if it has none yet. */
static inline void revmap_origin_set_scheme(revmap_origin *origin,
                                            revmap_scheme scheme)
{
    origin->scheme = (unsigned char)scheme;
    if (!origin->port) {
        origin->port = revmap_scheme_port(scheme);
    }
}

/** @return non-zero if both are the same and spelled alike */
static inline int revmap_origin_alike(const revmap_origin *a,
                                      const revmap_origin *b)
{
    return a->scheme == b->scheme && a->port == b->port
           && a->is_ipv6 == b->is_ipv6 && revmap_slice_equal(a->host, b->host);
}

/** revmap_origin_same_host() of two that have the same hash. */
int revmap_origin_same_host_text(const revmap_origin *a,
                                 const revmap_origin *b);

/** @return non-zero if the hosts are the same */
static inline int revmap_origin_same_host(const revmap_origin *a,
                                          const revmap_origin *b)
{
    return a->hash == b->hash && revmap_origin_same_host_text(a, b);
}

/** @return non-zero if host, scheme and port are the same */
static inline int revmap_origin_equal(const revmap_origin *a,
                                      const revmap_origin *b)
{
    return a->scheme == b->scheme && a->port == b->port
           && revmap_origin_same_host(a, b);
}

/** @return the hash that an origin with this host name has; not for IPv6 */
unsigned int revmap_host_hash(revmap_slice name);

/** @return a hash that is equal for equal origins */
static inline unsigned int revmap_origin_hash(const revmap_origin *origin)
{
    return origin->hash
           ^ (((unsigned int)origin->scheme << 16 | origin->port)
              * 2654435761u);
}

/**
 * The same host by the other scheme, if both are on their default ports.
 * @param twin filled in
 * @return non-zero if there is one
 */
int revmap_origin_twin(revmap_origin *twin, const revmap_origin *origin);

/**
 * Write an origin as "scheme://host[:port]", host in lower case, the port
 * only if it is not the default.
 * @return the text, allocated from @a pool
 */
const char *revmap_origin_text(apr_pool_t *pool, const revmap_origin *origin);

/** @return the path of @a url; "/" where it is empty (RFC 3986 6.2.3) */
static inline revmap_slice revmap_url_path(const revmap_url *url)
{
    return url->path.len ? url->path : REVMAP_LITERAL("/");
}

/** @return non-zero if the path has a "." or ".." segment, %2e included */
static inline int revmap_url_has_dots(const revmap_url *url)
{
    return (url->bytes & (REVMAP_BYTE_DOT | REVMAP_BYTE_ODD))
           && revmap_path_has_dots(url->path);
}

/** @return the query of a suffix with its '?', without the fragment */
static inline revmap_slice revmap_suffix_query(revmap_slice suffix)
{
    return revmap_slice_before(suffix, '#');
}

#endif /* REVMAP_URL_H */
