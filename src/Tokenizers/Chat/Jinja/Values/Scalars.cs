// Owns the values without parts: None, booleans, integers and floats.
#pragma warning disable MA0048 // four tiny types of one family
using System.Numerics;

namespace Tern.Tokenizers.Chat.Jinja.Values;

internal sealed class NoneValue : Value
{
    public static readonly NoneValue Instance = new();

    private NoneValue() { }

    public override string TypeName => "NoneType";

    public override bool IsTrue => false;

    public override void WriteRepr(TextBuilder text) => text.Append("None");
}

internal sealed class BoolValue : Value
{
    public static readonly BoolValue True = new(true);
    public static readonly BoolValue False = new(false);

    private BoolValue(bool value) => IsTrue = value;

    public override string TypeName => "bool";

    public override bool IsTrue { get; }

    public static BoolValue Of(bool value) => value ? True : False;

    public override void WriteRepr(TextBuilder text) => text.Append(IsTrue ? "True" : "False");
}

internal sealed class IntValue(BigInteger value) : Value
{
    private static readonly IntValue[] Small = [.. Enumerable.Range(0, 256).Select(n => new IntValue(n))];

    public BigInteger Number => value;

    public override string TypeName => "int";

    public override bool IsTrue => !value.IsZero;

    public static IntValue Of(BigInteger value) =>
        value.Sign >= 0 && value < Small.Length ? Small[(int)value] : new IntValue(value);

    public static IntValue Of(int value) => (uint)value < (uint)Small.Length ? Small[value] : new IntValue(value);

    public override void WriteRepr(TextBuilder text) => text.Append(value.ToString());
}

internal sealed class FloatValue(double value) : Value
{
    public double Number => value;

    public override string TypeName => "float";

    public override bool IsTrue => value != 0;

    public override void WriteRepr(TextBuilder text) => text.Append(PythonFloat.Format(value));
}
