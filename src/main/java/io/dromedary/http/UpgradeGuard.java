package io.dromedary.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes back the offer of a client to go on in HTTP/2 where its first request has a large body: Vert.x passes that on as it
 * comes, however full those are who read it, so that it would fill the memory. The request is served in HTTP/1.1, as by any
 * server that does not know of such offers; RFC 9113 has dropped them. Looks at the first head of a connection, and goes.
 */
final class UpgradeGuard extends ByteToMessageDecoder {
    private static final ByteBuf END = Unpooled.unreleasableBuffer(
            Unpooled.wrappedBuffer(new byte[] {'\r', '\n', '\r', '\n'}).asReadOnly());

    /** A longer head is for the decoder to refuse. */
    private static final int LONGEST_HEAD = 16 << 10;

    private static final Pattern OFFER =
            Pattern.compile("\r\nupgrade[ \t]*:[^\r\n]*\\bh2c\\b[^\r\n]*", Pattern.CASE_INSENSITIVE);
    private static final Pattern ANY_LENGTH = Pattern.compile("\r\ntransfer-encoding[ \t]*:", Pattern.CASE_INSENSITIVE);
    private static final Pattern LENGTH =
            Pattern.compile("\r\ncontent-length[ \t]*:[ \t]*0*([0-9]+)", Pattern.CASE_INSENSITIVE);

    /** A body with fewer digits, below 100 kB, may be held. */
    private static final int FEW_DIGITS = 5;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!isText(in)) {
            leave(context, in, out);
            return;
        }
        var end = ByteBufUtil.indexOf(END, in);
        if (end < 0) {
            if (in.readableBytes() > LONGEST_HEAD) {
                leave(context, in, out);
            }
            return;
        }
        var length = end - in.readerIndex();
        var head = in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1);
        if (OFFER.matcher(head).find() && isLarge(head)) {
            in.skipBytes(length);
            out.add(ByteBufUtil.encodeString(
                    context.alloc(), CharBuffer.wrap(OFFER.matcher(head).replaceAll("")), StandardCharsets.ISO_8859_1));
        }
        leave(context, in, out);
    }

    private static boolean isLarge(String head) {
        var length = LENGTH.matcher(head);
        return ANY_LENGTH.matcher(head).find()
                || length.find() && length.group(1).length() > FEW_DIGITS;
    }

    /** Neither TLS nor the first bytes of HTTP/2. */
    private static boolean isText(ByteBuf in) {
        var first = in.getByte(in.readerIndex());
        var preface = first == 'P' && in.readableBytes() > 1 && in.getByte(in.readerIndex() + 1) == 'R';
        return first >= 'A' && first <= 'Z' && !preface;
    }

    private void leave(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.isReadable()) {
            out.add(in.readRetainedSlice(in.readableBytes()));
        }
        context.pipeline().remove(this);
    }
}
