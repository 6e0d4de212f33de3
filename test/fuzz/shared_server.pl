# Makes of the program postgres a shared library, so that a fuzzer can call the
# extension's functions and they the server's: numerics, arrays, memory, errors
# are then the real ones and not imitations.
#
# A position-independent program and a shared library are the same kind of file;
# what tells them apart is one flag, for which the loader refuses to load the
# former. The copy is the original but for that flag.
#
#   perl test/fuzz/shared_server.pl /usr/lib/postgresql/15/bin/postgres libpostgres.so
use strict;
use warnings;

my ($from, $to) = @ARGV;
die "usage: $0 POSTGRES LIBRARY\n" unless defined $to;

open my $in, '<:raw', $from or die "$from: $!\n";
my $elf = do { local $/; <$in> };
close $in;
die "$from is not a 64-bit little-endian ELF program\n"
  unless substr($elf, 0, 6) eq "\x7fELF\x02\x01";
die "$from is not position-independent: its functions cannot be called from elsewhere\n"
  unless unpack('v', substr($elf, 16, 2)) == 3;    # ET_DYN

my $table = unpack 'Q<', substr($elf, 32, 8);
my ($size, $count) = unpack 'v2', substr($elf, 54, 4);
for my $i (0 .. $count - 1)
{
	my ($type, undef, $offset, undef, undef, $length) =
	  unpack 'V2Q<4', substr($elf, $table + $i * $size, $size);
	next unless $type == 2;    # PT_DYNAMIC
	for (my $entry = $offset; $entry < $offset + $length; $entry += 16)
	{
		my ($tag, $value) = unpack 'Q<2', substr($elf, $entry, 16);
		next unless $tag == 0x6ffffffb;    # DT_FLAGS_1
		substr($elf, $entry + 8, 8) = pack 'Q<', $value & ~0x08000000;    # DF_1_PIE
	}
}

open my $out, '>:raw', $to or die "$to: $!\n";
print $out $elf;
close $out or die "$to: $!\n";
