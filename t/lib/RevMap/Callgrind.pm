# SPDX-License-Identifier: Apache-2.0

package RevMap::Callgrind;

# Instruction counts from the file that valgrind --tool=callgrind writes.
#
#   my $counts = RevMap::Callgrind->read('callgrind.out');
#   $counts->inclusive('ap_proxy_location_reverse_map')  # and what it calls
#   $counts->calls('ap_proxy_location_reverse_map')      # how often
#   $counts->object(qr/mod_revmap/, 'ap_pass_brigade')
#       # what is done in an object file and by all that it calls, except for
#       # the functions that are named
#   $counts->entries(qr/mod_revmap/, 'ap_pass_brigade')
#       # [function, instructions] of those that are called from elsewhere

use strict;
use warnings;

sub read {
    my ($class, $path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    my $self = bless { self => {}, calls => [] }, $class;
    my (%name, $object, $function, $other_object, $other, $calls);
    while (<$file>) {
        if (/^(c?)(ob|fn)=\((\d+)\)(?: (.*))?$/) {
            my ($called, $what, $id, $text) = ($1, $2, $3, $4);
            $name{$what}{$id} = $text if defined $text;
            my $is = $what eq 'ob' ? ($called ? \$other_object : \$object)
                : $called ? \$other : \$function;
            # "function'2" is the same one at a deeper level.
            ($$is = $name{$what}{$id}) =~ s/'\d+$//;
        }
        elsif (/^calls=(\d+)/) {
            $calls = $1;
        }
        elsif (/^(?:[+-]?\d+|\*|0x[0-9a-f]+) (\d+)$/) {
            if (defined $calls) {
                push @{ $self->{calls} }, {
                    from => $object, caller => $function,
                    to   => defined $other_object ? $other_object : $object,
                    callee => $other, calls => $calls, cost => $1,
                };
                undef $_ for $calls, $other_object;
            }
            else {
                $self->{self}{$object}{$function} += $1;
            }
        }
        elsif (/^calls|^c?ob=|^c?fn=/) {
            die "$path:$.: cannot read '$_'\n";
        }
    }
    return $self;
}

sub calls {
    my ($self, $function) = @_;
    return sum(map { $_->{calls} } grep { $_->{callee} eq $function }
        @{ $self->{calls} });
}

sub inclusive {
    my ($self, $function) = @_;
    return sum(map { $_->{cost} } grep { $_->{callee} eq $function }
        @{ $self->{calls} });
}

sub object {
    my ($self, $is, @except) = @_;
    my %except = map { $_ => 1 } @except;
    return sum(
        (map { values %{ $self->{self}{$_} } }
            grep { $_ =~ $is } keys %{ $self->{self} }),
        (map { $_->{cost} }
            grep { $_->{from} =~ $is && $_->{to} !~ $is
                && !$except{ $_->{callee} } } @{ $self->{calls} }));
}

sub entries {
    my ($self, $is, @except) = @_;
    my %except = map { $_ => 1 } @except;
    my %cost;
    for (@{ $self->{calls} }) {
        $cost{ $_->{callee} } += $_->{cost}
            if $_->{to} =~ $is && $_->{from} !~ $is;
        $cost{ $_->{caller} } -= $_->{cost}
            if $_->{from} =~ $is && $except{ $_->{callee} };
    }
    return map { [$_, $cost{$_}] }
        sort { $cost{$b} <=> $cost{$a} } keys %cost;
}

sub sum {
    my $sum = 0;
    $sum += $_ for @_;
    return $sum;
}

1;
