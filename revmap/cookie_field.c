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

#include "revmap/cookie_field.h"

revmap_slice revmap_cookie_pair(revmap_slice text)
{
    const char *semicolon = memchr(text.ptr, ';', text.len);

    if (semicolon) {
        text.len = (apr_size_t)(semicolon - text.ptr);
    }
    return text;
}

/* @return non-zero if there is a '=' */
static int split(revmap_slice pair, revmap_slice *name, revmap_slice *value)
{
    const char *equals = memchr(pair.ptr, '=', pair.len);
    apr_size_t len = equals ? (apr_size_t)(equals - pair.ptr) : pair.len;

    *name = revmap_slice_trim(revmap_slice_make(pair.ptr, len));
    *value =
        revmap_slice_trim(revmap_slice_from(pair, equals ? len + 1 : pair.len));
    return equals != NULL;
}

void revmap_cookie_split(revmap_slice pair, revmap_slice *name,
                         revmap_slice *value)
{
    if (!split(pair, name, value)) {
        *value = *name;
        name->len = 0;
    }
}

int revmap_attribute_next(revmap_slice *rest, revmap_attribute *attribute)
{
    revmap_slice pair;

    if (!rest->len) {
        return 0;
    }
    pair = revmap_cookie_pair(revmap_slice_from(*rest, 1));
    attribute->whole = revmap_slice_make(rest->ptr, pair.len + 1);
    split(pair, &attribute->name, &attribute->value);
    *rest = revmap_slice_from(*rest, attribute->whole.len);
    return 1;
}

/* The longer one of two that begin alike comes first. */
static const struct {
    const char *text;
    revmap_cookie_prefix prefix;
} prefixes[] = {
    {"__Host-Http-", REVMAP_PREFIX_HOST_HTTP},
    {"__Host-", REVMAP_PREFIX_HOST},
    {"__Http-", REVMAP_PREFIX_HTTP},
    {"__Secure-", REVMAP_PREFIX_SECURE},
};

revmap_cookie_prefix revmap_cookie_prefix_of(revmap_slice name)
{
    apr_size_t i;

    if (!name.len || name.ptr[0] != '_') {
        return REVMAP_PREFIX_NONE;
    }
    for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        revmap_slice prefix = revmap_slice_of(prefixes[i].text);
        revmap_slice begin = name;

        begin.len = prefix.len;
        if (name.len >= prefix.len
            && revmap_slice_equal_nocase(begin, prefix)) {
            return prefixes[i].prefix;
        }
    }
    return REVMAP_PREFIX_NONE;
}
