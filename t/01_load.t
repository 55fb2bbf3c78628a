# SPDX-License-Identifier: Apache-2.0
#
# The module loads, and shares no name with the other modules of the process.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;

my $httpd = setting('httpd');
my $conf  = setting('t_conf_file');
like(`'$httpd' -M -f '$conf' 2>/dev/null`, qr/\brevmap_module \(shared\)/,
    'httpd lists the module');

my $modules = do {
    local (@ARGV, $/) = setting('httpd_conf');
    <>;
};
my ($so) = $modules =~ /^LoadModule revmap_module (.*)$/m;
my @names = map { (split)[-1] } grep { !/ [Ww] / }
    `nm -D --defined-only '$so'`;
# The sanitizers add names of their own.
@names = grep { !/^__(?:asan|odr_asan|ubsan)/ } @names;
is("@names", 'revmap_module', 'nm -D shows one symbol');

is(get(host => 'default.test', target => '/index.html')->{status}, 200,
    'a request that is none of ours is answered');

done_testing();
