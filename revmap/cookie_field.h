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

/** The attributes that somebody here asks for, the flags first. */
typedef enum revmap_attribute_type {
    REVMAP_ATTRIBUTE_SECURE = 0,
    REVMAP_ATTRIBUTE_HTTP_ONLY,
    REVMAP_ATTRIBUTE_PARTITIONED,
    REVMAP_ATTRIBUTE_SAME_SITE,
    REVMAP_ATTRIBUTE_PATH,
    REVMAP_ATTRIBUTE_DOMAIN,
    REVMAP_ATTRIBUTE_TYPES /**< how many there are; all others */
} revmap_attribute_type;

/** One attribute, with the ';' in front of it. */
typedef struct revmap_attribute {
    revmap_attribute_type type;
    revmap_slice whole; /**< from the ';' to the end */
    revmap_slice value; /**< empty if there is none */
} revmap_attribute;

/** More than a field needs in which no attribute is there twice. */
#define REVMAP_FEW_ATTRIBUTES 8

/** What a Set-Cookie field says, in slices of it. */
typedef struct revmap_cookie_field {
    revmap_slice name; /**< empty if there is no '=': then all is the value */
    revmap_attribute *attribute; /**< those of the types above, in order, with
                                      values that browsers read */
    const revmap_attribute *end; /**< behind the last one */
    /** The last one of each type, or NULL. */
    const revmap_attribute *last[REVMAP_ATTRIBUTE_TYPES];
    revmap_attribute few[REVMAP_FEW_ATTRIBUTES];
} revmap_cookie_field;

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

/** @return the name in a pair of the fields Set-Cookie and Cookie; empty if
 *          there is no '=': then all is the value */
static inline revmap_slice revmap_cookie_name(revmap_slice pair)
{
    const char *equals = memchr(pair.ptr, '=', pair.len);

    return revmap_slice_trim(revmap_slice_make(
        pair.ptr, equals ? (apr_size_t)(equals - pair.ptr) : 0));
}

/** @return the value in such a pair */
revmap_slice revmap_cookie_value(revmap_slice pair);

/**
 * Read a Set-Cookie field, once for all who want to know something of it.
 * @param field filled in; it must not be copied
 * @param text the field value, which must outlive it
 * @param pool for the attributes, if they are more than a few
 */
void revmap_cookie_read(revmap_cookie_field *field, revmap_slice text,
                        apr_pool_t *pool);

/** @return the value of the last attribute of a type; empty if there is none */
static inline revmap_slice revmap_cookie_last(const revmap_cookie_field *field,
                                              revmap_attribute_type type)
{
    const revmap_attribute *last = field->last[type];

    return last ? last->value : REVMAP_LITERAL("");
}

/** @return the name of an attribute, as it is written */
revmap_slice revmap_attribute_name(revmap_attribute_type type);

/** @return the prefix of a name that begins like one */
revmap_cookie_prefix revmap_cookie_find_prefix(revmap_slice name);

/** @return the prefix of a cookie's name; browsers compare without case */
static inline revmap_cookie_prefix revmap_cookie_prefix_of(revmap_slice name)
{
    return name.len && name.ptr[0] == '_' ? revmap_cookie_find_prefix(name)
                                          : REVMAP_PREFIX_NONE;
}

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
