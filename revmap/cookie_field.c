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
#include "revmap/cursor.h"

/* Where the next such byte is, else the end. */
static const char *find(const char *text, char byte, const char *end)
{
    const char *found = memchr(text, byte, (apr_size_t)(end - text));

    return found ? found : end;
}

static revmap_slice between(const char *begin, const char *end)
{
    return revmap_slice_make(begin, (apr_size_t)(end - begin));
}

revmap_slice revmap_cookie_pair(revmap_slice text)
{
    return between(text.ptr, find(text.ptr, ';', text.ptr + text.len));
}

void revmap_cookie_split(revmap_slice pair, revmap_slice *name,
                         revmap_slice *value)
{
    const char *equals = memchr(pair.ptr, '=', pair.len);
    apr_size_t len = equals ? (apr_size_t)(equals - pair.ptr) : 0;

    *name = revmap_slice_trim(revmap_slice_make(pair.ptr, len));
    *value = revmap_slice_trim(revmap_slice_from(pair, equals ? len + 1 : 0));
}

/* ---- attributes --------------------------------------------------------- */

/* By type. */
static const struct {
    char text[12];
    apr_size_t len;
} names[REVMAP_ATTRIBUTE_TYPES] = {
    {"Secure", 6},   {"HttpOnly", 8}, {"Partitioned", 11},
    {"SameSite", 8}, {"Path", 4},     {"Domain", 6},
};

revmap_slice revmap_attribute_name(revmap_attribute_type type)
{
    return revmap_slice_make(names[type].text, names[type].len);
}

/* Mostly it is spelled as all spell it, and of a type that is a constant the
 * compiler compares this in a few steps. */
static inline revmap_attribute_type type_if(revmap_slice text,
                                            revmap_attribute_type type)
{
    return text.len >= names[type].len
                   && revmap_same_nocase(text.ptr, names[type].text,
                                         names[type].len)
               ? type
               : REVMAP_ATTRIBUTE_TYPES;
}

/* The first letter leaves one type or two that the text can begin with. */
static revmap_attribute_type type_of(revmap_slice text)
{
    revmap_attribute_type type;

    switch (text.len ? revmap_lower((unsigned char)text.ptr[0]) : 0) {
    case 'd':
        return type_if(text, REVMAP_ATTRIBUTE_DOMAIN);
    case 'h':
        return type_if(text, REVMAP_ATTRIBUTE_HTTP_ONLY);
    case 'p':
        type = type_if(text, REVMAP_ATTRIBUTE_PATH);
        return type != REVMAP_ATTRIBUTE_TYPES
                   ? type
                   : type_if(text, REVMAP_ATTRIBUTE_PARTITIONED);
    case 's':
        type = type_if(text, REVMAP_ATTRIBUTE_SAME_SITE);
        return type != REVMAP_ATTRIBUTE_TYPES
                   ? type
                   : type_if(text, REVMAP_ATTRIBUTE_SECURE);
    default:
        return REVMAP_ATTRIBUTE_TYPES;
    }
}

/* BWS name BWS [ "=" value ] BWS
 * Returns zero if it is of none of the types, or has a value that browsers do
 * not read. */
static int read_attribute(revmap_attribute *attribute, revmap_slice text)
{
    text = revmap_slice_trim(text);
    attribute->type = type_of(text);
    if (attribute->type == REVMAP_ATTRIBUTE_TYPES) {
        return 0;
    }
    text = revmap_slice_from(text, names[attribute->type].len);
    revmap_skip(&text, REVMAP_BLANKS);
    if (revmap_take(&text, "=")) {
        revmap_skip(&text, REVMAP_BLANKS);
    }
    else if (text.len) {
        return 0; /* the name is longer */
    }
    attribute->value = text;
    return text.len <= REVMAP_MAX_ATTRIBUTE;
}

/* The attributes go on in more memory.  Returns where the next one goes. */
static revmap_attribute *make_room(revmap_cookie_field *field, apr_pool_t *pool)
{
    revmap_attribute *more =
        apr_palloc(pool, 2 * (apr_size_t)field->room * sizeof(*more));

    memcpy(more, field->attribute, field->attributes * sizeof(*more));
    field->attribute = more;
    field->room *= 2;
    return field->attribute + field->attributes;
}

void revmap_cookie_read(revmap_cookie_field *field, revmap_slice text,
                        apr_pool_t *pool)
{
    const char *end = text.ptr + text.len;
    const char *at = find(text.ptr, ';', end);
    revmap_attribute *attribute = field->few;
    const char *next;

    revmap_cookie_split(between(text.ptr, at), &field->name, &field->value);
    field->attribute = field->few;
    field->attributes = 0;
    field->room = REVMAP_FEW_ATTRIBUTES;
    memset(field->last, 0, sizeof(field->last));
    for (; at < end; at = next) {
        next = find(at + 1, ';', end);
        if (read_attribute(attribute, between(at + 1, next))) {
            attribute->whole = between(at, next);
            field->last[attribute->type] = attribute->value;
            attribute++;
            if (++field->attributes == field->room) {
                attribute = make_room(field, pool);
            }
        }
    }
}

/* ---- prefixes of names -------------------------------------------------- */

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

revmap_cookie_prefix revmap_cookie_find_prefix(revmap_slice name)
{
    apr_size_t i;

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
