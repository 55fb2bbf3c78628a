# SPDX-License-Identifier: Apache-2.0
#
# The page of SetHandler revmap-explain in a real browser: by keyboard alone,
# read out in words that make sense, with its style, light and dark, and with
# enough contrast. The screenshots are left in build/, to be looked at.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use RevMap::Chrome;
use RevMap::Test;

my $chrome = RevMap::Chrome->start;
END { $chrome->stop if $chrome }

my $page = 'http://explain.test:' . setting('port') . '/revmap-explain';

# ---- by keyboard ------------------------------------------------------------

$chrome->open($page);
my @stops;
for (1 .. 9) {
    $chrome->type('TAB');
    push @stops, join ' ', $chrome->focused;
}
is(join("\n", @stops), join("\n",
    'link Ask', 'link The map', 'link As JSON',
    'textbox Public URL', 'textbox Backend (optional)',
    'combobox Response header', 'textbox Value from the backend',
    'button Ask', 'region virtual host Lines'), 'each stop of TAB has a name');

ask('/shop/cart', '', 'http://shop.test:8080/ctx/login');
like($chrome->text, qr{The client gets Location: /shop/login}, 'an answer');
like($chrome->text, qr{mapped by ProxyPass /shop/ http://shop}, 'the line');
is($chrome->script('return document.querySelector(":target").innerText'),
    'Answer', 'the page is at the answer');
is($chrome->script('return document.getElementById("url").value'),
    '/shop/cart', 'the question is still there');

ask('/shop/cart', 'b.test', '/x');
is($chrome->script('return document.querySelector("[role=alert]").innerText'),
    q{'b.test' is no URL of a backend: write it like }
    . q{'http://backend:8080/path'}, 'an error is read out');

ask('/shop/cart', '', q{"><script>document.title='bad'</script>});
is($chrome->script('return document.scripts.length'), 0, 'no script gets in');
like($chrome->script('return document.title'), qr/^RevMap: explain\.test/,
    'the title is ours');

# ---- to be looked at --------------------------------------------------------

my %background = (light => 'rgb(246, 247, 249)', dark => 'rgb(18, 22, 29)');
make_path('build');
for my $scheme (sort keys %background) {
    for my $width (1200, 380) {
        my $name = "$scheme, $width wide";
        $chrome->appearance($scheme, $width);
        ask('/shop/cart', '', 'http://shop.test:8080/ctx/login');
        is(style('document.body', 'backgroundColor'), $background{$scheme},
            "$name: the style sheet is allowed");
        is($chrome->script('const page = document.documentElement;'
            . 'return page.scrollWidth - page.clientWidth'), 0,
            "$name: nothing sticks out");
        is($chrome->script(faint()), '', "$name: contrast");
        $chrome->screenshot("build/explain-$scheme-$width.png");
    }
}

done_testing();

# Fills in the form and sends it. The first field is the fourth stop.
sub ask {
    my ($url, $backend, $value) = @_;
    $chrome->open($page);
    $chrome->type(('TAB') x 4, $url, 'TAB', $backend, 'TAB', 'TAB', $value);
    $chrome->next_page(sub { $chrome->type('ENTER') });
    return;
}

sub style {
    my ($element, $property) = @_;
    return $chrome->script("return getComputedStyle($element).$property");
}

# What text has less than the 4.5 to 1 of WCAG 2.2, 1.4.3.
sub faint {
    return <<'END';
const light = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map(c => {
        c /= 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = element => {
    for (; element; element = element.parentElement) {
        const colour = getComputedStyle(element).backgroundColor;
        if (!/, 0\)$/.test(colour)) return colour;
    }
};
const walker = document.createTreeWalker(document.body,
    NodeFilter.SHOW_TEXT);
const bad = new Set();
while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.offsetParent) continue;
    const [a, b] = [getComputedStyle(element).color, behind(element)].map(
        light).sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.add(`${element.innerText}: ${ratio.toFixed(1)}`);
}
return [...bad].join('\n');
END
}
