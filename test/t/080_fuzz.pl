# Hostile values for every C function that reads one: each fuzz target of
# test/fuzz takes the inputs that are kept, then a second's worth of new ones,
# under AddressSanitizer and UndefinedBehaviorSanitizer. The long form, an hour
# for each, is test/fuzz/run.sh.
#
#   prove test/t/080_fuzz.pl
#   FUZZ_SECONDS=10 prove -v test/t/080_fuzz.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir);
use Test::More;

plan skip_all => 'left out, as WITHOUT_FUZZ asks' if $ENV{WITHOUT_FUZZ};

my $run = File::Spec->rel2abs(dirname(__FILE__) . '/../fuzz/run.sh');
my $seconds = $ENV{FUZZ_SECONDS} // 1;
local $ENV{FUZZ_BUILD} = tempdir(CLEANUP => 1);

my @targets = split /\n/, qx('$run' list);
my $output = qx('$run' '$seconds' 2>&1);
my $status = $? >> 8;

my %result;
while ($output =~ /^(\S+) +(\d+) runs +\d+ s +\d+ s of CPU +(\d+) edges .* (nothing found|FOUND SOMETHING)$/mg)
{
	$result{$1} = { runs => $2, edges => $3, what => $4 };
}
foreach my $target (@targets)
{
	my $kept = () = glob(dirname($run) . "/corpus/$target/*");
	my $is = $result{$target} // { runs => 0, edges => 0, what => 'it did not run' };
	is($is->{what}, 'nothing found', "$target: nothing found")
	  or diag($output);
	# the inputs that are kept were read, and more
	cmp_ok($is->{runs}, '>', $kept, "$target: $is->{runs} runs, $kept inputs kept, $is->{edges} edges");
	cmp_ok($kept, '>', 0, "$target: inputs are kept");
}
is($status, 0, 'run.sh says so') or diag($output);

done_testing();
