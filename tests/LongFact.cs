// Owns tests that take too long for every run.

namespace Tern.Testing;

/// <summary>A test that runs where TERN_LONG_TESTS is 1 and is skipped, saying so, elsewhere.</summary>
internal sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("TERN_LONG_TESTS") != "1")
            Skip = "takes long; set TERN_LONG_TESTS=1 to run it";
    }
}
