# SPDX-License-Identifier: Apache-2.0
#
# The files of conf.d/: httpd takes them as they are shipped, one behind the
# other as well, and takes every line that an administrator may uncomment.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;
use RevMap::Config;
use RevMap::Server;

sub text_of {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    local $/;
    return <$file>;
}

my $load = text_of('conf.d/revmap.load');
my $conf = text_of('conf.d/revmap.conf');

is_deeply([$conf =~ /^(?!#|$).*/mg], [], 'revmap.conf sets nothing');
is_deeply([map { (split)[0] } $load =~ /^(?!#|$).*/mg], ['LoadModule'],
    'revmap.load loads the module and does nothing else');
like($load, qr/^# Depends: proxy$/m, 'a2enmod enables mod_proxy with it');

accepted([[$conf, 'revmap.conf as shipped']]);

# A directive follows its '#' at once, a comment has a blank between.
my @lines = $conf =~ /^#(\w.*)$/mg;
(my $all = $conf) =~ s/^#(?=\w)//mg;
$all =~ s{^#(?=</?\w|    \w)}{}mg;
like($all, qr{^<Location\ /revmap-explain>\n\s+SetHandler\ revmap-explain\n
    \s+Require\ local\n</Location>\n}mx, 'the page is for local clients');
$all = local_clients() . $all;
accepted([[$all, 'revmap.conf with every line uncommented']]);
accepted([map { ["<Location /app/>\n  RevMap http://b.test/\n  $_\n</Location>",
    "in a <Location>: $_"] } @lines]);

# What httpd says it knows, so that none is missing.
my ($httpd, $server_conf) = (setting('httpd'), setting('t_conf_file'));
my %known = map { $_ => 1 }
    `'$httpd' -L -f '$server_conf' 2>/dev/null` =~ /^(RevMap\w*) \(/mg;
my %shown = map { (split)[0] => 1 } @lines;
ok(scalar keys %known, 'httpd lists the directives');
is_deeply([sort keys %shown], [sort keys %known], 'each of them is shown');

# In one file, as some distributions want it. Where the module lies depends on
# the system, and the harness has loaded it already.
$load =~ s{(LoadModule \w+) \S+}{$1 . ' ' . built_module()}e;
my ($exit, $output) = config_test($load . $all);
is($exit, 0, 'both files, one behind the other') or diag($output);

done_testing();

# The suite has no "Require local", Debian's httpd has.
sub local_clients {
    return join '', RevMap::Server::extra_modules('authz_host');
}

sub built_module {
    my ($so) = text_of(setting('httpd_conf'))
        =~ /^LoadModule revmap_module (.*)$/m;
    return $so;
}
