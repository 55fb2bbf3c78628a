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
#include "revmap/noinline.h"

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

revmap_slice revmap_cookie_value(revmap_slice pair)
{
    const char *equals = memchr(pair.ptr, '=', pair.len);

    return revmap_slice_trim(equals ? between(equals + 1, pair.ptr + pair.len)
                                    : pair);
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

/* The first letter leaves one type or two that the text can begin with.  With
 * this bit set a capital is its small letter; nothing else becomes a letter. */
static revmap_attribute_type type_of(char first, revmap_slice text)
{
    revmap_attribute_type type;

    switch (first | ('a' - 'A')) {
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

/* Skips blanks.  Returns the byte behind them; where the field ends, it is as
 * if there were another ';'. */
static inline char skip_blanks(const char **text, const char *end)
{
    for (; *text < end; ++*text) {
        if (!revmap_is_blank(**text)) {
            return **text;
        }
    }
    return ';';
}

/* BWS name BWS [ "=" value ] BWS
 * Returns where it ends.  It is of no type if its name is another one, or its
 * value one that browsers do not read. */
static const char *read_attribute(revmap_attribute *attribute, const char *text,
                                  const char *end)
{
    char byte = skip_blanks(&text, end);

    attribute->type = type_of(byte, between(text, end));
    if (attribute->type == REVMAP_ATTRIBUTE_TYPES) {
        return find(text, ';', end);
    }
    text += names[attribute->type].len;
    byte = skip_blanks(&text, end);
    if (byte == '=') {
        const char *next = find(text + 1, ';', end);

        attribute->value = revmap_slice_trim(between(text + 1, next));
        if (attribute->value.len > REVMAP_MAX_ATTRIBUTE) {
            attribute->type = REVMAP_ATTRIBUTE_TYPES;
        }
        return next;
    }
    attribute->value = between(text, text);
    if (byte != ';') {
        attribute->type = REVMAP_ATTRIBUTE_TYPES; /* the name is longer */
        return find(text, ';', end);
    }
    return text;
}

/* All room is taken: the attributes go on in twice as much memory. */
static REVMAP_NOINLINE void make_room(revmap_cookie_field *field,
                                      apr_size_t count, apr_pool_t *pool)
{
    revmap_attribute *more = apr_palloc(pool, 2 * count * sizeof(*more));
    int i;

    memcpy(more, field->attribute, count * sizeof(*more));
    for (i = 0; i < REVMAP_ATTRIBUTE_TYPES; i++) {
        if (field->last[i]) {
            field->last[i] = more + (field->last[i] - field->attribute);
        }
    }
    field->attribute = more;
}

void revmap_cookie_read(revmap_cookie_field *field, revmap_slice text,
                        apr_pool_t *pool)
{
    const char *end = text.ptr + text.len;
    const char *at = find(text.ptr, ';', end);
    revmap_attribute *attribute = field->few;
    const revmap_attribute *full = attribute + REVMAP_FEW_ATTRIBUTES;
    const char *next;

    field->name = revmap_cookie_name(between(text.ptr, at));
    field->attribute = field->few;
    memset(field->last, 0, sizeof(field->last));
    for (; at < end; at = next) {
        next = read_attribute(attribute, at + 1, end);
        if (attribute->type != REVMAP_ATTRIBUTE_TYPES) {
            attribute->whole = between(at, next);
            field->last[attribute->type] = attribute;
            if (++attribute == full) {
                apr_size_t count = (apr_size_t)(attribute - field->attribute);

                make_room(field, count, pool);
                attribute = field->attribute + count;
                full = attribute + count;
            }
        }
    }
    field->end = attribute;
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
