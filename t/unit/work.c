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

#include "work.h"

#include <stddef.h>

unsigned long work_done;

void __sanitizer_cov_trace_pc(void);
const void *counted_memchr(const void *text, int byte, size_t len);
int counted_memcmp(const void *a, const void *b, size_t len);
void *counted_memcpy(void *to, const void *from, size_t len);
size_t counted_strlen(const char *text);

void __sanitizer_cov_trace_pc(void)
{
    work_done++;
}

const void *counted_memchr(const void *text, int byte, size_t len)
{
    const unsigned char *c = text;

    for (; len; len--, c++) {
        work_done++;
        if (*c == (unsigned char)byte) {
            return c;
        }
    }
    return NULL;
}

int counted_memcmp(const void *a, const void *b, size_t len)
{
    const unsigned char *x = a;
    const unsigned char *y = b;

    for (; len; len--, x++, y++) {
        work_done++;
        if (*x != *y) {
            return *x - *y;
        }
    }
    return 0;
}

void *counted_memcpy(void *to, const void *from, size_t len)
{
    unsigned char *x = to;
    const unsigned char *y = from;

    for (; len; len--) {
        work_done++;
        *x++ = *y++;
    }
    return to;
}

size_t counted_strlen(const char *text)
{
    size_t len = 0;

    for (; text[len]; len++) {
        work_done++;
    }
    return len;
}
