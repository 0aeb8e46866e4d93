// Owns the methods of lists and tuples that change nothing; those that would are refused.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class SequenceMethods
{
    public static Value? Find(SequenceValue self, string name) =>
        name switch
        {
            "count" => new FunctionValue(name, (a, r) => Count(self, a.Require("value"), r)),
            "index" => new FunctionValue(name, (a, r) => Index(self, a.Require("value"), r)),
            "copy" when self is ListValue => new FunctionValue(name, (_, _) => self),
            "append"
            or "clear"
            or "pop"
            or "reverse"
            or "insert"
            or "sort"
            or "extend"
            or "remove" when self is ListValue => UndefinedValue.Unsafe(self.TypeName, name),
            _ => null,
        };

    private static IntValue Count(SequenceValue self, Value wanted, Rendering rendering) =>
        IntValue.Of(Iteration.Over(self, rendering).Count(item => Comparison.AreEqual(item, wanted, rendering)));

    private static IntValue Index(SequenceValue self, Value wanted, Rendering rendering)
    {
        for (var i = 0; i < self.Elements.Count; i++)
        {
            if (Comparison.AreEqual(self.Elements[i], wanted, rendering))
                return IntValue.Of(i);
        }
        throw rendering.Error($"{Conversion.Repr(wanted, rendering)} is not in {self.TypeName}");
    }
}
