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
 * @file cookie_field.h
 * @brief A Set-Cookie field as browsers read it (RFC 6265bis section 5.6)
 *
 * It is split at ';', whatever quotes there are.  The first piece is the
 * cookie, the others are its attributes; the names of these have no case.
 */

#ifndef REVMAP_COOKIE_FIELD_H
#define REVMAP_COOKIE_FIELD_H

#include "revmap/slice.h"

/** Browsers ignore an attribute whose value is longer (section 5.6). */
#define REVMAP_MAX_ATTRIBUTE 1024

/** Browsers reject a cookie whose name and value together are longer. */
#define REVMAP_MAX_COOKIE 4096

/** One attribute, with the ';' in front of it. */
typedef struct revmap_attribute {
    revmap_slice whole; /**< from the ';' to the end */
    revmap_slice name;
    revmap_slice value; /**< empty if there is none */
} revmap_attribute;

/** What the beginning of a cookie's name promises (section 4.1.3); browsers
 *  reject a cookie that does not keep it. */
typedef enum revmap_cookie_prefix {
    REVMAP_PREFIX_NONE = 0,
    REVMAP_PREFIX_SECURE,   /**< __Secure-: Secure */
    REVMAP_PREFIX_HTTP,     /**< __Http-: Secure, HttpOnly */
    REVMAP_PREFIX_HOST,     /**< __Host-: Secure, Path=/, no Domain */
    REVMAP_PREFIX_HOST_HTTP /**< __Host-Http-: all of that */
} revmap_cookie_prefix;

/** @return what stands before the first ';', or all */
revmap_slice revmap_cookie_pair(revmap_slice text);

/** Split a pair of the fields Set-Cookie and Cookie.
 *  @param name empty if there is no '=': then all is the value */
void revmap_cookie_split(revmap_slice pair, revmap_slice *name,
                         revmap_slice *value);

/** Take the next attribute off the front of the rest, which begins with ';'.
 *  @return zero at the end */
int revmap_attribute_next(revmap_slice *rest, revmap_attribute *attribute);

/** @return non-zero if it has this name, and a value that browsers read */
static inline int revmap_attribute_is(const revmap_attribute *attribute,
                                      revmap_slice name)
{
    return attribute->name.len == name.len
           && revmap_slice_equal_nocase(attribute->name, name)
           && attribute->value.len <= REVMAP_MAX_ATTRIBUTE;
}

/** @return the prefix of a cookie's name; browsers compare without case */
revmap_cookie_prefix revmap_cookie_prefix_of(revmap_slice name);

/** @return non-zero if such a cookie has to be HttpOnly */
static inline int revmap_prefix_is_http(revmap_cookie_prefix prefix)
{
    return prefix == REVMAP_PREFIX_HTTP || prefix == REVMAP_PREFIX_HOST_HTTP;
}

/** @return non-zero if such a cookie has to keep its Path and Domain */
static inline int revmap_prefix_is_host(revmap_cookie_prefix prefix)
{
    return prefix == REVMAP_PREFIX_HOST || prefix == REVMAP_PREFIX_HOST_HTTP;
}

#endif /* REVMAP_COOKIE_FIELD_H */
