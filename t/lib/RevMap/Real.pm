# SPDX-License-Identifier: Apache-2.0

package RevMap::Real;

# Real applications and servers, for the tests t/5*.t. Each is started by its
# test, from a copy of t/real/NAME in a directory of its own.
#
#   my $program = program('php-fpm', '/usr/sbin/php-fpm*'); # or is skipped
#   my $dir     = workplace('php');     # others may read what is in it
#   write_file("$dir/php-fpm.conf", ...);

use strict;
use warnings;

use Exporter qw(import);
use File::Temp ();

use RevMap::Test;

our @EXPORT = qw(program not_installed workplace write_file runs_as
    certificate);

# The path of a program: the last one of a pattern, or what is found in PATH,
# to which the directories of system programs are added. The file is skipped
# if there is none.
sub program {
    my ($name, @patterns) = @_;
    push @patterns, map { "$_/$name" }
        split(/:/, $ENV{PATH}), qw(/usr/sbin /usr/local/sbin);
    for my $pattern (@patterns) {
        my ($path) = reverse grep { -x && !-d } sort glob $pattern;
        return $path if defined $path;
    }
    return not_installed($name);
}

sub not_installed {
    my ($name) = @_;
    return plan(skip_all => "$name not installed");
}

# A directory that is gone when the test is, with the files of t/real/NAME.
# Those who run as nobody may write to `data` in it.
sub workplace {
    my ($name) = @_;
    my $dir = File::Temp->newdir("revmap-$name-XXXXXX", TMPDIR => 1);
    system('cp', '-R', "t/real/$name/.", "$dir") == 0
        or die "cannot copy t/real/$name\n" if -d "t/real/$name";
    mkdir "$dir/data" or die "$dir/data: $!\n";
    system 'chmod', '-R', 'a+rX', "$dir";
    chmod 01777, "$dir/data";
    return $dir;
}

sub write_file {
    my ($path, $text) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    print {$file} $text;
    close $file or die "$path: $!\n";
    chmod 0644, $path;
    return;
}

# A certificate of a name, made now and signed by itself, and its key.
sub certificate {
    my ($dir, $name) = @_;
    my $openssl = program('openssl');
    my @files   = map { "$dir/$_.pem" } qw(certificate key);
    system("'$openssl' req -x509 -newkey rsa:2048 -nodes -days 2"
        . " -subj '/CN=$name' -addext 'subjectAltName=DNS:$name'"
        . " -out '$files[0]' -keyout '$files[1]' >'$dir/openssl' 2>&1") == 0
        or die "openssl req failed: see $dir/openssl\n";
    return @files;
}

# User and group for programs that root starts; nothing for other users.
sub runs_as {
    return $> ? () : (setting('user'), setting('group'));
}

1;
