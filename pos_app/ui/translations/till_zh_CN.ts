<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Cashier</name>
    <message>
        <source>Online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>Offline: no face payment</source>
        <translation>离线：不能刷脸付款</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>Waiting to be sent: {count}</source>
        <translation>待发送：{count}</translation>
    </message>
    <message>
        <source>Receipts</source>
        <translation>小票</translation>
    </message>
    <message>
        <source>Customer display</source>
        <translation>顾客屏</translation>
    </message>
    <message>
        <source>Cashier window</source>
        <translation>收银窗口</translation>
    </message>
    <message>
        <source>Face payment out of order: call support</source>
        <translation>刷脸故障：请联系技术支持</translation>
    </message>
    <message>
        <source>Products</source>
        <translation>商品</translation>
    </message>
    <message>
        <source>Cart</source>
        <translation>购物车</translation>
    </message>
    <message>
        <source>Touch a product to ring it up.</source>
        <translation>点商品即可加入。</translation>
    </message>
    <message>
        <source>Clear all</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete last digit</source>
        <translation>删除末位</translation>
    </message>
    <message>
        <source>Take payment</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>New sale</source>
        <translation>新的一单</translation>
    </message>
    <message>
        <source>Back to the cart</source>
        <translation>返回购物车</translation>
    </message>
    <message>
        <source>Cancel this payment</source>
        <translation>取消本次付款</translation>
    </message>
    <message>
        <source>Payment received</source>
        <translation>已收到款项</translation>
    </message>
    <message>
        <source>Show receipt</source>
        <translation>查看小票</translation>
    </message>
    <message>
        <source>No receipts yet today.</source>
        <translation>今天还没有小票。</translation>
    </message>
    <message>
        <source>Or pay another way</source>
        <translation>也可换一种方式</translation>
    </message>
    <message>
        <source>Response code {code}</source>
        <translation>应答码 {code}</translation>
    </message>
    <message>
        <source>Scan the code on the customer&apos;s phone.</source>
        <translation>请扫描顾客手机上的付款码。</translation>
    </message>
    <message>
        <source>Ask the customer to tap or insert the card.</source>
        <translation>请顾客挥卡或插卡。</translation>
    </message>
    <message>
        <source>Take the cash, then confirm.</source>
        <translation>收取现金后请确认。</translation>
    </message>
    <message>
        <source>This way to pay is simulated: confirm it by hand.</source>
        <translation>此付款方式为模拟：请手动确认。</translation>
    </message>
    <message>
        <source>Paying by face</source>
        <translation>正在刷脸付款</translation>
    </message>
    <message>
        <source>Customer reads the notice and decides</source>
        <translation>顾客阅读告知并作决定</translation>
    </message>
    <message>
        <source>Payment is being opened</source>
        <translation>正在建立付款</translation>
    </message>
    <message>
        <source>Customer enters phone digits</source>
        <translation>顾客输入手机尾号</translation>
    </message>
    <message>
        <source>Camera is on for the customer</source>
        <translation>摄像头已为顾客开启</translation>
    </message>
    <message>
        <source>Looking for the customer&apos;s bank</source>
        <translation>正在查找顾客的银行</translation>
    </message>
    <message>
        <source>No account found: customer may try again</source>
        <translation>没有找到账户：顾客可以再试</translation>
    </message>
    <message>
        <source>Search cut off: customer may try again</source>
        <translation>查找中断：顾客可以再试</translation>
    </message>
    <message>
        <source>Customer checks payee and amount</source>
        <translation>顾客核对收款方和金额</translation>
    </message>
    <message>
        <source>Customer enters the PIN</source>
        <translation>顾客输入密码</translation>
    </message>
    <message>
        <source>No answer yet: the till keeps asking</source>
        <translation>尚无答复：收银机正在继续查询</translation>
    </message>
    <message>
        <source>The payment is being undone</source>
        <translation>正在撤销付款</translation>
    </message>
    <message>
        <source>The payment is being cancelled</source>
        <translation>正在取消付款</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>The bank is deciding. Please wait; nothing is taken twice.</source>
        <translation>银行正在处理，请稍候；不会重复扣款。</translation>
    </message>
    <message>
        <source>The bank decides</source>
        <translation>银行正在决定</translation>
    </message>
</context>
<context>
    <name>Customer</name>
    <message>
        <source>Welcome</source>
        <translation>欢迎光临</translation>
    </message>
    <message>
        <source>Your items will appear here.</source>
        <translation>您选购的商品会显示在这里。</translation>
    </message>
    <message>
        <source>Check your items. You can pay by QR code, card, cash or face.</source>
        <translation>请核对商品。可用二维码、银行卡、现金或刷脸付款。</translation>
    </message>
    <message>
        <source>Check your items. You can pay by QR code, card or cash.</source>
        <translation>请核对商品。可用二维码、银行卡或现金付款。</translation>
    </message>
    <message>
        <source>You pay</source>
        <translation>应付</translation>
    </message>
    <message>
        <source>To {payee}</source>
        <translation>付给 {payee}</translation>
    </message>
    <message>
        <source>Pay another way</source>
        <translation>换一种方式付款</translation>
    </message>
    <message>
        <source>How would you like to pay?</source>
        <translation>您想怎样付款？</translation>
    </message>
    <message>
        <source>The price is the same whichever way you choose.</source>
        <translation>无论选择哪种方式，价格都一样。</translation>
    </message>
    <message>
        <source>Agree and pay by face</source>
        <translation>同意并刷脸付款</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Last {count} digits of your phone number</source>
        <translation>手机号码后 {count} 位</translation>
    </message>
    <message>
        <source>They let us search a small group instead of everyone. They are sent sealed and are not kept.</source>
        <translation>有了尾号，只需在一小组人中查找，而不是在所有人中查找。尾号加密发送，不会留存。</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Digit {digit}</source>
        <translation>数字 {digit}</translation>
    </message>
    <message>
        <source>Look at the screen</source>
        <translation>请看屏幕</translation>
    </message>
    <message>
        <source>Step {step} of {steps}</source>
        <translation>第 {step} 步，共 {steps} 步</translation>
    </message>
    <message>
        <source>The camera goes off by itself within one minute. No picture is kept.</source>
        <translation>摄像头会在一分钟内自动关闭，不留存任何画面。</translation>
    </message>
    <message>
        <source>Softened preview of the camera</source>
        <translation>柔化的摄像头预览</translation>
    </message>
    <message>
        <source>One moment, please.</source>
        <translation>请稍候。</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>Looking for your bank</source>
        <translation>正在查找您的银行</translation>
    </message>
    <message>
        <source>The camera is off. The picture has been erased.</source>
        <translation>摄像头已关闭，画面已清除。</translation>
    </message>
    <message>
        <source>Six digits, only for paying by face. Cover the keys.</source>
        <translation>六位数字，仅用于刷脸付款。请遮挡按键。</translation>
    </message>
    <message>
        <source>PIN digits entered: {count} of {total}</source>
        <translation>已输入 {count} 位密码，共 {total} 位</translation>
    </message>
    <message>
        <source>PIN pad</source>
        <translation>密码键盘</translation>
    </message>
    <message>
        <source>More time</source>
        <translation>延长时间</translation>
    </message>
    <message>
        <source>You have one more minute.</source>
        <translation>已为您延长一分钟。</translation>
    </message>
    <message>
        <source>Paying as {name}</source>
        <translation>付款人：{name}</translation>
    </message>
    <message>
        <source>Not me</source>
        <translation>不是我</translation>
    </message>
    <message>
        <source>Asking your bank</source>
        <translation>正在请求您的银行</translation>
    </message>
    <message>
        <source>This takes a few seconds.</source>
        <translation>需要几秒钟。</translation>
    </message>
    <message>
        <source>No answer yet</source>
        <translation>尚无答复</translation>
    </message>
    <message>
        <source>The till keeps asking for up to a minute. Nothing is taken twice.</source>
        <translation>收银机会继续查询，最多一分钟。不会重复扣款。</translation>
    </message>
    <message>
        <source>Undoing the payment</source>
        <translation>正在撤销付款</translation>
    </message>
    <message>
        <source>If money was taken, it comes back on its own.</source>
        <translation>如已扣款，会自动退回。</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>No account was found</source>
        <translation>没有找到账户</translation>
    </message>
    <message>
        <source>The picture has been erased, and nothing is paid. Tries left: {count}. You can try again or pay another way.</source>
        <translation>画面已清除，没有付款。剩余次数：{count}。您可以再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>The search was cut off</source>
        <translation>查找中断</translation>
    </message>
    <message>
        <source>The answer was lost, the picture has been erased, and nothing is paid. Tries left: {count}. You can try again or pay another way.</source>
        <translation>没有收到结果。画面已清除，没有付款。剩余次数：{count}。您可以再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Is this right?</source>
        <translation>请核对</translation>
    </message>
    <message>
        <source>Nothing is paid yet. Your PIN comes next.</source>
        <translation>现在还没有付款。下一步输入密码。</translation>
    </message>
    <message>
        <source>Yes, go to PIN</source>
        <translation>确认，输入密码</translation>
    </message>
    <message>
        <source>Enter your payment PIN</source>
        <translation>请输入支付密码</translation>
    </message>
    <message>
        <source>Open your payment code and hold it to the reader.</source>
        <translation>请打开付款码，对准扫码口。</translation>
    </message>
    <message>
        <source>Tap or insert your card.</source>
        <translation>请挥卡或插卡。</translation>
    </message>
    <message>
        <source>Please hand the cash to the cashier.</source>
        <translation>请把现金交给收银员。</translation>
    </message>
    <message>
        <source>Tries left: {count}</source>
        <translation>剩余次数：{count}</translation>
    </message>
    <message>
        <source>Call {phone}</source>
        <translation>电话 {phone}</translation>
    </message>
    <message>
        <source>{unit} takes complaints about payments at this till.</source>
        <translation>{unit}受理本机付款的投诉。</translation>
    </message>
    <message>
        <source>Thank you</source>
        <translation>谢谢惠顾</translation>
    </message>
    <message>
        <source>Complaints and help</source>
        <translation>投诉与帮助</translation>
    </message>
    <message>
        <source>Online: {address}</source>
        <translation>网上：{address}</translation>
    </message>
    <message>
        <source>Please give this reference: {reference}</source>
        <translation>请提供此参考号：{reference}</translation>
    </message>
    <message>
        <source>There you can also close face payment, withdraw consent, see, correct or erase your data, and ask why a payment was refused.</source>
        <translation>您还可以在那里关闭刷脸付款、撤回同意，查看、更正或删除您的数据，并询问付款被拒的原因。</translation>
    </message>
</context>
<context>
    <name>Ending</name>
    <message>
        <source>Face payment was not opened</source>
        <translation>刷脸付款未开通</translation>
    </message>
    <message>
        <source>Face payment was not closed</source>
        <translation>刷脸付款未关闭</translation>
    </message>
    <message>
        <source>Nothing of your face is kept, and your account, card and QR code work as before.</source>
        <translation>未保留您的任何人脸信息，账户、银行卡和付款码照常使用。</translation>
    </message>
    <message>
        <source>What was sent before cannot pay and is erased on its own within minutes. Your account, card and QR code work as before.</source>
        <translation>之前发送的内容不能用于付款，几分钟内会自动删除。账户、银行卡和付款码照常使用。</translation>
    </message>
    <message>
        <source>Nothing has changed. Your account, card and QR code work as before.</source>
        <translation>一切未变，账户、银行卡和付款码照常使用。</translation>
    </message>
    <message>
        <source>You can start again now, or come back at any time.</source>
        <translation>您可以现在重新开始，也可以随时再来。</translation>
    </message>
    <message>
        <source>Please come back later. The clerk should call support.</source>
        <translation>请稍后再来。请柜员联系技术支持。</translation>
    </message>
    <message>
        <source>Face payment is open</source>
        <translation>刷脸付款已开通</translation>
    </message>
    <message>
        <source>You can pay by face from now on, wherever it is offered.</source>
        <translation>从现在起，凡支持刷脸的地方您都可以刷脸付款。</translation>
    </message>
    <message>
        <source>Face payment is closed</source>
        <translation>刷脸付款已关闭</translation>
    </message>
    <message>
        <source>All three institutions have erased your template and signed for it.</source>
        <translation>三家机构均已删除您的模板，并签名确认。</translation>
    </message>
    <message>
        <source>Earlier payments stay valid. Your account, card and QR code work as before.</source>
        <translation>此前的付款仍然有效，账户、银行卡和付款码照常使用。</translation>
    </message>
    <message>
        <source>You need do nothing more. You can open face payment again at any time.</source>
        <translation>您无需再做什么，以后可随时重新开通。</translation>
    </message>
    <message>
        <source>Your bank did not accept the login and code.</source>
        <translation>您的银行未接受该登录名和验证码。</translation>
    </message>
    <message>
        <source>Start again with a fresh code, or ask your bank.</source>
        <translation>请用新的验证码重新开始，或咨询您的银行。</translation>
    </message>
    <message>
        <source>The consents no longer fit the notice that is in force.</source>
        <translation>您的同意与现行告知书不再相符。</translation>
    </message>
    <message>
        <source>Please start again and read the notice as it is now.</source>
        <translation>请重新开始，并阅读现行的告知书。</translation>
    </message>
    <message>
        <source>Face payment is not opened here for children under fourteen.</source>
        <translation>本柜台不为未满十四周岁的儿童开通刷脸付款。</translation>
    </message>
    <message>
        <source>A guardian can ask the bank. Card and cash can be used as before.</source>
        <translation>监护人可咨询银行。银行卡和现金照常使用。</translation>
    </message>
    <message>
        <source>Face payment is already open</source>
        <translation>刷脸付款早已开通</translation>
    </message>
    <message>
        <source>This account can be paid from by face already.</source>
        <translation>该账户已经可以刷脸付款。</translation>
    </message>
    <message>
        <source>Nothing was changed, and no picture was taken.</source>
        <translation>未做任何更改，也未拍摄。</translation>
    </message>
    <message>
        <source>To begin afresh, close face payment first and open it again.</source>
        <translation>如需重来，请先关闭刷脸付款，再重新开通。</translation>
    </message>
    <message>
        <source>This face could not be told apart from one that is enrolled already.</source>
        <translation>这张脸与一位已开通者无法区分。</translation>
    </message>
    <message>
        <source>If you enrolled with another account, close it there first; or ask us.</source>
        <translation>如果您已用其他账户开通，请先关闭那一个；或向我们咨询。</translation>
    </message>
    <message>
        <source>The bank refused the passcode: it is easy to guess from what it knows.</source>
        <translation>银行拒绝了该密码：根据银行掌握的信息，它容易被猜中。</translation>
    </message>
    <message>
        <source>Start again. Take neither your birthday nor the PIN of a card.</source>
        <translation>请重新开始，不要使用生日或银行卡密码。</translation>
    </message>
    <message>
        <source>The last look found your template, and nobody else&apos;s.</source>
        <translation>最后一次拍摄找到了您的模板，且只找到您的。</translation>
    </message>
    <message>
        <source>Every picture has been erased. A face alone never pays: your passcode does.</source>
        <translation>每次拍摄的画面均已删除。单凭人脸不能付款，必须由您输入密码。</translation>
    </message>
    <message>
        <source>The last look did not find the template of the first two.</source>
        <translation>最后一次拍摄未能找到前两次拍摄所得的模板。</translation>
    </message>
    <message>
        <source>Start again in even light, without mask or dark glasses.</source>
        <translation>请在均匀的光线下重新开始，不戴口罩和墨镜。</translation>
    </message>
    <message>
        <source>The enrolment took longer than it may stay unfinished.</source>
        <translation>办理时间超过了允许的时限。</translation>
    </message>
    <message>
        <source>Stand in front of the screen and try again.</source>
        <translation>请站到屏幕前再试一次。</translation>
    </message>
    <message>
        <source>Let nobody else stand there. Try again.</source>
        <translation>请让其他人离开画面，再试一次。</translation>
    </message>
    <message>
        <source>Turn towards the light and try again.</source>
        <translation>请面向光线再试一次。</translation>
    </message>
    <message>
        <source>Turn away from the light and try again.</source>
        <translation>请避开强光再试一次。</translation>
    </message>
    <message>
        <source>Hold still in the circle and try again.</source>
        <translation>请在圆圈内保持不动，再试一次。</translation>
    </message>
    <message>
        <source>Follow the movement and try again.</source>
        <translation>请按提示做动作，再试一次。</translation>
    </message>
    <message>
        <source>Stay alone in the circle and try again.</source>
        <translation>请独自留在圆圈内，再试一次。</translation>
    </message>
    <message>
        <source>Stay in the circle and try again.</source>
        <translation>请留在圆圈内再试一次。</translation>
    </message>
    <message>
        <source>Take a new minute and try again.</source>
        <translation>请重新计时一分钟，再试一次。</translation>
    </message>
    <message>
        <source>The clerk should check the cable.</source>
        <translation>请柜员检查摄像头连线。</translation>
    </message>
    <message>
        <source>The clerk should check the camera.</source>
        <translation>请柜员检查摄像头。</translation>
    </message>
    <message>
        <source>Take off mask and dark glasses, show no picture, and try again.</source>
        <translation>请摘下口罩和墨镜，不要出示照片，再试一次。</translation>
    </message>
    <message>
        <source>Come closer to the screen, away from strong light, and try again.</source>
        <translation>请靠近屏幕、避开强光后再试一次。</translation>
    </message>
    <message>
        <source>The station cannot reach the payment service.</source>
        <translation>本柜台无法连接支付服务。</translation>
    </message>
    <message>
        <source>Please start again once the station is connected.</source>
        <translation>请在恢复连接后重新开始。</translation>
    </message>
    <message>
        <source>One of the three institutions is not available at the moment.</source>
        <translation>三家机构中有一家暂时不可用。</translation>
    </message>
    <message>
        <source>Please start again in a few minutes.</source>
        <translation>请几分钟后重新开始。</translation>
    </message>
    <message>
        <source>A search among the three institutions was cut off.</source>
        <translation>三家机构之间的查找中断了。</translation>
    </message>
    <message>
        <source>The station has not signed on to the payment service yet.</source>
        <translation>本柜台尚未登录支付服务。</translation>
    </message>
    <message>
        <source>The clock of this station is wrong, so the payment service refuses it.</source>
        <translation>本柜台的时钟不准，支付服务拒绝了请求。</translation>
    </message>
    <message>
        <source>Please come back later. The clerk should set the clock.</source>
        <translation>请稍后再来。请柜员校准时钟。</translation>
    </message>
    <message>
        <source>This station&apos;s registration is not valid at the payment service.</source>
        <translation>本柜台在支付服务的登记无效。</translation>
    </message>
    <message>
        <source>The payment service changed its keys meanwhile.</source>
        <translation>支付服务在此期间更换了密钥。</translation>
    </message>
    <message>
        <source>This station has sent too many requests in a short time.</source>
        <translation>本柜台短时间内发送了过多请求。</translation>
    </message>
    <message>
        <source>Please wait a minute and start again.</source>
        <translation>请等一分钟后重新开始。</translation>
    </message>
    <message>
        <source>The payment service refused the station&apos;s message.</source>
        <translation>支付服务拒绝了本柜台的消息。</translation>
    </message>
    <message>
        <source>The payment service does not know this enrolment any more.</source>
        <translation>支付服务已找不到这次办理。</translation>
    </message>
    <message>
        <source>An answer was not genuine and was not believed.</source>
        <translation>收到的答复不是真的，未予采信。</translation>
    </message>
    <message>
        <source>You did not agree, and that is fine</source>
        <translation>您没有同意，这完全可以</translation>
    </message>
    <message>
        <source>Without both consents face payment stays closed. No camera was on.</source>
        <translation>缺少任何一项同意，刷脸付款都不会开通。摄像头从未开启。</translation>
    </message>
    <message>
        <source>Nothing was sent. Card, QR code and cash work as before, at no other price.</source>
        <translation>未发送任何内容。银行卡、付款码和现金照常使用，价格不变。</translation>
    </message>
    <message>
        <source>You need do nothing. You can change your mind at any time.</source>
        <translation>您无需做什么，以后可随时改变主意。</translation>
    </message>
    <message>
        <source>The enrolment was stopped here.</source>
        <translation>办理已在此停止。</translation>
    </message>
    <message>
        <source>No usable picture could be taken.</source>
        <translation>未能拍到可用的画面。</translation>
    </message>
    <message>
        <source>The payment service could not process the enrolment.</source>
        <translation>支付服务无法处理这次办理。</translation>
    </message>
    <message>
        <source>The station cannot write its journal, so it sends nothing.</source>
        <translation>本柜台无法写入日志，因此不发送任何内容。</translation>
    </message>
    <message>
        <source>The station&apos;s PIN pad cannot be used.</source>
        <translation>本柜台的密码键盘无法使用。</translation>
    </message>
    <message>
        <source>Not known whether it opened</source>
        <translation>尚不清楚是否已开通</translation>
    </message>
    <message>
        <source>The last answer did not arrive, so face payment may be open or not.</source>
        <translation>最后的答复没有收到，刷脸付款可能已开通，也可能没有。</translation>
    </message>
    <message>
        <source>Nobody can pay with a face alone: every payment needs your passcode.</source>
        <translation>单凭人脸谁也不能付款：每笔付款都需要您的密码。</translation>
    </message>
    <message>
        <source>Start again: if it is open, you will be told. Or touch &quot;Close face payment&quot;.</source>
        <translation>请重新开始：如果已开通，会告诉您。也可以选择“关闭刷脸付款”。</translation>
    </message>
    <message>
        <source>Not known whether it closed</source>
        <translation>尚不清楚是否已关闭</translation>
    </message>
    <message>
        <source>No receipts arrived, so your template may be erased or not.</source>
        <translation>没有收到回执，您的模板可能已删除，也可能没有。</translation>
    </message>
    <message>
        <source>Asking again does no harm. Every payment still needs your passcode.</source>
        <translation>再次申请没有坏处。每笔付款仍然需要您的密码。</translation>
    </message>
    <message>
        <source>Please start again until you see three receipts, or ask your bank to lock it.</source>
        <translation>请重新开始，直到看到三份回执；或请您的银行锁定刷脸付款。</translation>
    </message>
    <message>
        <source>Please start again, or ask your bank to close it.</source>
        <translation>请重新开始，或请您的银行关闭。</translation>
    </message>
</context>
<context>
    <name>Evidence</name>
    <message>
        <source>the screen&apos;s colours, nothing asked</source>
        <translation>屏幕颜色，未要求动作</translation>
    </message>
    <message>
        <source>a passive check, nothing asked</source>
        <translation>静默检测，未要求动作</translation>
    </message>
    <message>
        <source>movements that were asked for</source>
        <translation>按提示完成的动作</translation>
    </message>
    <message>
        <source>a turn of the head without hurry</source>
        <translation>不限时的转头</translation>
    </message>
    <message>
        <source>live pictures</source>
        <translation>实时画面</translation>
    </message>
    <message>
        <source>a camera&apos;s timing</source>
        <translation>摄像头节奏</translation>
    </message>
    <message>
        <source>one person throughout</source>
        <translation>始终同一人</translation>
    </message>
    <message>
        <source>one place throughout</source>
        <translation>始终同一位置</translation>
    </message>
    <message>
        <source>colours answered</source>
        <translation>颜色有回应</translation>
    </message>
    <message>
        <source>strength of the answer</source>
        <translation>回应强度</translation>
    </message>
    <message>
        <source>shape of the answer</source>
        <translation>回应形状</translation>
    </message>
    <message>
        <source>no other changing light</source>
        <translation>没有其他变化的光</translation>
    </message>
    <message>
        <source>passive check</source>
        <translation>静默检测</translation>
    </message>
    <message>
        <source>no frame around the face</source>
        <translation>脸周围没有边框</translation>
    </message>
    <message>
        <source>no screen pattern</source>
        <translation>没有屏幕纹路</translation>
    </message>
    <message>
        <source>near enough</source>
        <translation>距离足够近</translation>
    </message>
    <message>
        <source>depth of the head</source>
        <translation>头部立体</translation>
    </message>
    <message>
        <source>blink</source>
        <translation>眨眼</translation>
    </message>
    <message>
        <source>open mouth</source>
        <translation>张嘴</translation>
    </message>
    <message>
        <source>turn of the head</source>
        <translation>转头</translation>
    </message>
    <message>
        <source>depth of the turn</source>
        <translation>转头立体</translation>
    </message>
    <message>
        <source>Liveness, by {basis}. Passed: {passed}.</source>
        <translation>活体依据：{basis}。通过：{passed}。</translation>
    </message>
    <message>
        <source>Liveness, by {basis}. Not passed: {failed}. Passed: {passed}.</source>
        <translation>活体依据：{basis}。未通过：{failed}。通过：{passed}。</translation>
    </message>
</context>
<context>
    <name>Failure</name>
    <message>
        <source>No money has left your account, and your items are still here.</source>
        <translation>您的账户没有扣款，商品仍保留在单上。</translation>
    </message>
    <message>
        <source>Please try again, or choose another way to pay.</source>
        <translation>请再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>Please choose another way to pay.</source>
        <translation>请换一种方式付款。</translation>
    </message>
    <message>
        <source>Face payment stopped</source>
        <translation>刷脸付款已停止</translation>
    </message>
    <message>
        <source>The picture has been erased, and no money has left your account.</source>
        <translation>画面已清除，您的账户没有扣款。</translation>
    </message>
    <message>
        <source>Please choose another way to pay. The cashier can check its cable.</source>
        <translation>请换一种方式付款。收银员可以检查摄像头的连线。</translation>
    </message>
    <message>
        <source>The camera saw no face.</source>
        <translation>摄像头没有看到人脸。</translation>
    </message>
    <message>
        <source>Stand in front of the screen and try again, or pay another way.</source>
        <translation>请站到屏幕前再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>More than one person was in front of the camera.</source>
        <translation>摄像头前不止一个人。</translation>
    </message>
    <message>
        <source>Let only the payer stand there and try again, or pay another way.</source>
        <translation>请只让付款人站在镜头前再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>It was too dark for the camera.</source>
        <translation>光线太暗，摄像头看不清。</translation>
    </message>
    <message>
        <source>Turn towards the light and try again, or pay another way.</source>
        <translation>请面向光亮处再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>The light was too strong for the camera.</source>
        <translation>光线太强，摄像头看不清。</translation>
    </message>
    <message>
        <source>Turn away from the light and try again, or pay another way.</source>
        <translation>请避开强光再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>The picture was not clear enough.</source>
        <translation>画面不够清晰。</translation>
    </message>
    <message>
        <source>Hold still in the circle and try again, or pay another way.</source>
        <translation>请在圆圈内保持不动再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>The movement that was asked for was not seen.</source>
        <translation>没有看到所要求的动作。</translation>
    </message>
    <message>
        <source>The face in front of the camera changed.</source>
        <translation>镜头前的人脸发生了变化。</translation>
    </message>
    <message>
        <source>The face left the camera&apos;s view.</source>
        <translation>人脸离开了画面。</translation>
    </message>
    <message>
        <source>Stay in the circle and try again, or pay another way.</source>
        <translation>请留在圆圈内再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>The camera went off because its minute was over.</source>
        <translation>一分钟已到，摄像头已关闭。</translation>
    </message>
    <message>
        <source>You may start again and take a new minute, or pay another way.</source>
        <translation>您可以重新开始，再用一分钟，或换一种方式付款。</translation>
    </message>
    <message>
        <source>The camera was stopped.</source>
        <translation>摄像头已停止。</translation>
    </message>
    <message>
        <source>The camera was disconnected.</source>
        <translation>摄像头断开了。</translation>
    </message>
    <message>
        <source>The camera cannot be opened.</source>
        <translation>无法打开摄像头。</translation>
    </message>
    <message>
        <source>Please choose another way to pay. The cashier can check the camera.</source>
        <translation>请换一种方式付款。收银员可以检查摄像头。</translation>
    </message>
    <message>
        <source>A file that face payment needs is missing or damaged on this till.</source>
        <translation>本机缺少刷脸付款所需的文件，或文件已损坏。</translation>
    </message>
    <message>
        <source>The camera could not make sure that a person is present.</source>
        <translation>摄像头未能确认真人在场。</translation>
    </message>
    <message>
        <source>The colours of this screen were not seen on a face before it.</source>
        <translation>没有在屏幕前的人脸上看到屏幕颜色的变化。</translation>
    </message>
    <message>
        <source>Come closer with nothing in between and try again, or pay another way. In strong light it may not work here.</source>
        <translation>请靠近一些、不要遮挡后再试一次，或换一种方式付款。强光下这里可能无法识别。</translation>
    </message>
    <message>
        <source>The payment service is not available at the moment.</source>
        <translation>支付服务暂时不可用。</translation>
    </message>
    <message>
        <source>Please choose another way to pay, or try again in a few minutes.</source>
        <translation>请换一种方式付款，或几分钟后再试。</translation>
    </message>
    <message>
        <source>The search for the payer&apos;s bank was cut off.</source>
        <translation>查找付款人银行的过程中断了。</translation>
    </message>
    <message>
        <source>This till has not signed on to the payment service yet.</source>
        <translation>本机还没有登录支付服务。</translation>
    </message>
    <message>
        <source>Please try again in a moment, or choose another way to pay.</source>
        <translation>请稍后再试，或换一种方式付款。</translation>
    </message>
    <message>
        <source>The clock of this till is wrong, so the payment service refuses it.</source>
        <translation>本机时钟不准，支付服务拒绝了它的消息。</translation>
    </message>
    <message>
        <source>Please choose another way to pay. The cashier should set the clock.</source>
        <translation>请换一种方式付款。请收银员校准时钟。</translation>
    </message>
    <message>
        <source>This till&apos;s registration is not valid at the payment service.</source>
        <translation>本机在支付服务处的登记无效。</translation>
    </message>
    <message>
        <source>The payment service changed its keys during the payment.</source>
        <translation>付款过程中支付服务更换了密钥。</translation>
    </message>
    <message>
        <source>This till has sent too many requests in a short time.</source>
        <translation>本机短时间内发送的请求过多。</translation>
    </message>
    <message>
        <source>Please wait a minute and try again, or choose another way to pay.</source>
        <translation>请等一分钟再试，或换一种方式付款。</translation>
    </message>
    <message>
        <source>The payment service refused the till&apos;s message.</source>
        <translation>支付服务拒绝了收银机的消息。</translation>
    </message>
    <message>
        <source>The payment service does not know this payment.</source>
        <translation>支付服务没有这笔付款的记录。</translation>
    </message>
    <message>
        <source>An answer was not genuine and was not believed.</source>
        <translation>收到的答复不真实，未予采信。</translation>
    </message>
    <message>
        <source>You stopped the payment by face.</source>
        <translation>您停止了刷脸付款。</translation>
    </message>
    <message>
        <source>The cashier stopped the payment by face.</source>
        <translation>收银员停止了刷脸付款。</translation>
    </message>
    <message>
        <source>You said that the name shown is not yours. The payment was dropped.</source>
        <translation>您表示所显示的姓名不是您，付款已放弃。</translation>
    </message>
    <message>
        <source>Face payment found no account to pay from.</source>
        <translation>没有找到可用于刷脸付款的账户。</translation>
    </message>
    <message>
        <source>No usable picture could be taken.</source>
        <translation>没有拍到可用的画面。</translation>
    </message>
    <message>
        <source>The time for entering the PIN was over.</source>
        <translation>输入密码的时间已到。</translation>
    </message>
    <message>
        <source>Payment is being cancelled</source>
        <translation>正在撤销付款</translation>
    </message>
    <message>
        <source>Please pay another way. The till sends the cancellation until it is heard.</source>
        <translation>请换一种方式付款。收银机会一直发送撤销，直到得到确认。</translation>
    </message>
    <message>
        <source>No answer came from the bank, so the till cancelled the payment.</source>
        <translation>银行没有答复，收银机已撤销这笔付款。</translation>
    </message>
    <message>
        <source>No answer came from the bank, so the till is cancelling the payment.</source>
        <translation>银行没有答复，收银机正在撤销这笔付款。</translation>
    </message>
    <message>
        <source>The cashier cancelled the payment.</source>
        <translation>收银员已撤销这笔付款。</translation>
    </message>
    <message>
        <source>The cashier is cancelling the payment.</source>
        <translation>收银员正在撤销这笔付款。</translation>
    </message>
    <message>
        <source>No receipt could be made, so the till cancelled the payment.</source>
        <translation>无法生成小票，收银机已撤销这笔付款。</translation>
    </message>
    <message>
        <source>No receipt could be made, so the till is cancelling the payment.</source>
        <translation>无法生成小票，收银机正在撤销这笔付款。</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>网络中断</translation>
    </message>
    <message>
        <source>The till cannot reach the payment service, so nothing is paid by face.</source>
        <translation>收银机连不上支付服务，因此不会刷脸扣款。</translation>
    </message>
    <message>
        <source>Please pay by QR code, card or cash. Face returns with the line.</source>
        <translation>请用二维码、银行卡或现金付款。网络恢复后可再刷脸。</translation>
    </message>
    <message>
        <source>Payment cancelled</source>
        <translation>付款已撤销</translation>
    </message>
    <message>
        <source>If money was taken, it comes back on its own.</source>
        <translation>如已扣款，会自动退回。</translation>
    </message>
    <message>
        <source>The payment took too long and has expired.</source>
        <translation>付款用时过长，已经过期。</translation>
    </message>
    <message>
        <source>Please choose another way to pay. The cashier should call support.</source>
        <translation>请换一种方式付款。请收银员联系技术支持。</translation>
    </message>
    <message>
        <source>Please try again; &quot;More time&quot; gives a minute more. Or pay another way.</source>
        <translation>请再试一次；按“延长时间”可多一分钟。也可换一种方式付款。</translation>
    </message>
    <message>
        <source>The payment service could not process the payment.</source>
        <translation>支付服务无法处理这笔付款。</translation>
    </message>
    <message>
        <source>The till cannot write its journal, so it sends no payment.</source>
        <translation>收银机无法写入流水，因此不会发出付款。</translation>
    </message>
    <message>
        <source>The till had a fault and stopped.</source>
        <translation>收银机发生故障，已停止。</translation>
    </message>
</context>
<context>
    <name>Guidance</name>
    <message>
        <source>The screen shines in colours for a moment</source>
        <translation>屏幕会短暂变换颜色</translation>
    </message>
    <message>
        <source>Please face the screen</source>
        <translation>请面向屏幕</translation>
    </message>
    <message>
        <source>One person at a time, please</source>
        <translation>请一次只站一个人</translation>
    </message>
    <message>
        <source>It is too dark here; turn towards the light</source>
        <translation>光线太暗，请面向光亮处</translation>
    </message>
    <message>
        <source>The light is too strong; turn away from it</source>
        <translation>光线太强，请稍微避开</translation>
    </message>
    <message>
        <source>The light is behind you; move a little aside</source>
        <translation>背后光线太强，请稍微移开</translation>
    </message>
    <message>
        <source>Come a little closer</source>
        <translation>请靠近一点</translation>
    </message>
    <message>
        <source>Move back a little</source>
        <translation>请后退一点</translation>
    </message>
    <message>
        <source>Bring your face into the circle</source>
        <translation>请把脸移到圆圈内</translation>
    </message>
    <message>
        <source>Look straight at the screen</source>
        <translation>请正视屏幕</translation>
    </message>
    <message>
        <source>Please take off the mask for a moment</source>
        <translation>请暂时摘下口罩</translation>
    </message>
    <message>
        <source>Please take off the dark glasses</source>
        <translation>请摘下墨镜</translation>
    </message>
    <message>
        <source>Hold still for a moment</source>
        <translation>请保持不动</translation>
    </message>
    <message>
        <source>Good, stay like this</source>
        <translation>很好，请保持</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Before you pay by face</source>
        <translation>刷脸付款之前</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>谁来处理</translation>
    </message>
    <message>
        <source>Sent to</source>
        <translation>发送给谁</translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>联系方式</translation>
    </message>
    <message>
        <source>Your choice: other ways to pay cost the same. Touching &quot;Agree and pay by face&quot; is your separate consent to send your sealed face data once, for this payment only.</source>
        <translation>由您选择：其他付款方式价格相同。点“同意并刷脸付款”即表示您单独同意：仅为本次付款，加密发送一次您的人脸信息。</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>用来做什么</translation>
    </message>
    <message>
        <source>How</source>
        <translation>怎样处理</translation>
    </message>
    <message>
        <source>Which data</source>
        <translation>哪些信息</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>保存多久</translation>
    </message>
    <message>
        <source>Why needed</source>
        <translation>为何需要</translation>
    </message>
    <message>
        <source>Effect on you</source>
        <translation>对您的影响</translation>
    </message>
    <message>
        <source>Your rights</source>
        <translation>您的权利</translation>
    </message>
    <message>
        <source>The screen will shine in changing colours for about two seconds.</source>
        <translation>屏幕会变换颜色约两秒钟。</translation>
    </message>
    <message>
        <source>By face, no coloured light, no hurry</source>
        <translation>刷脸付款（不闪彩光、不限时）</translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message>
        <source>No money has left your account, and your items are still here.</source>
        <translation>您的账户没有扣款，商品仍保留在单上。</translation>
    </message>
    <message>
        <source>Please choose another way to pay.</source>
        <translation>请换一种方式付款。</translation>
    </message>
    <message>
        <source>Please try again, or choose another way to pay.</source>
        <translation>请再试一次，或换一种方式付款。</translation>
    </message>
    <message>
        <source>Please choose another way to pay. The cashier can call support.</source>
        <translation>请换一种方式付款。收银员可以联系技术支持。</translation>
    </message>
    <message>
        <source>Payment not made</source>
        <translation>付款未成功</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>付款成功</translation>
    </message>
    <message>
        <source>Your bank has approved the payment.</source>
        <translation>您的银行已批准这笔付款。</translation>
    </message>
    <message>
        <source>Your face picture has been erased; nothing of it is kept here.</source>
        <translation>您的人脸画面已清除，这里不留存任何内容。</translation>
    </message>
    <message>
        <source>Please take your receipt.</source>
        <translation>请取走小票。</translation>
    </message>
    <message>
        <source>This shop is not registered for face payment.</source>
        <translation>本店没有开通刷脸付款。</translation>
    </message>
    <message>
        <source>Your bank did not approve the payment and gives no reason.</source>
        <translation>您的银行没有批准这笔付款，也未说明原因。</translation>
    </message>
    <message>
        <source>Please choose another way to pay, or ask your bank.</source>
        <translation>请换一种方式付款，或咨询您的银行。</translation>
    </message>
    <message>
        <source>This kind of payment cannot be made by face.</source>
        <translation>这类付款不能刷脸。</translation>
    </message>
    <message>
        <source>The amount cannot be paid by face.</source>
        <translation>这个金额不能刷脸付款。</translation>
    </message>
    <message>
        <source>Please ask the cashier to check the amount.</source>
        <translation>请收银员核对金额。</translation>
    </message>
    <message>
        <source>The till and the payment service did not understand each other.</source>
        <translation>收银机与支付服务之间的消息有误。</translation>
    </message>
    <message>
        <source>There is not enough money in the account.</source>
        <translation>账户余额不足。</translation>
    </message>
    <message>
        <source>You could not be verified.</source>
        <translation>未能核实您的身份。</translation>
    </message>
    <message>
        <source>Face payment is not open for this account.</source>
        <translation>这个账户没有开通刷脸付款。</translation>
    </message>
    <message>
        <source>Please choose another way to pay. Your bank can open face payment.</source>
        <translation>请换一种方式付款。您的银行可以开通刷脸付款。</translation>
    </message>
    <message>
        <source>This till may not take face payments.</source>
        <translation>这台收银机不能办理刷脸付款。</translation>
    </message>
    <message>
        <source>The payment was stopped to protect the account.</source>
        <translation>为保护账户安全，付款已停止。</translation>
    </message>
    <message>
        <source>Please choose another way to pay. Your bank can tell you more.</source>
        <translation>请换一种方式付款。详情请咨询您的银行。</translation>
    </message>
    <message>
        <source>The amount is above the limit for face payment.</source>
        <translation>金额超过刷脸付款的限额。</translation>
    </message>
    <message>
        <source>Please choose another way to pay. Your bank can change the limit.</source>
        <translation>请换一种方式付款。您的银行可以调整限额。</translation>
    </message>
    <message>
        <source>A security check at the till or the payment service failed.</source>
        <translation>收银机或支付服务的安全检查没有通过。</translation>
    </message>
    <message>
        <source>Too many face payments were tried in a short time.</source>
        <translation>短时间内刷脸付款次数过多。</translation>
    </message>
    <message>
        <source>Please choose another way to pay, or try again later.</source>
        <translation>请换一种方式付款，或稍后再试。</translation>
    </message>
    <message>
        <source>The answer came too late, so the payment was cancelled.</source>
        <translation>答复来得太迟，这笔付款已撤销。</translation>
    </message>
    <message>
        <source>If money was held, it is released on its own.</source>
        <translation>如有冻结金额，会自动解冻。</translation>
    </message>
    <message>
        <source>Face payment found no account to pay from.</source>
        <translation>没有找到可用于刷脸付款的账户。</translation>
    </message>
    <message>
        <source>Face payment is locked after too many wrong tries.</source>
        <translation>错误次数过多，刷脸付款已锁定。</translation>
    </message>
    <message>
        <source>Your card, QR code and account work as before.</source>
        <translation>您的银行卡、二维码和账户照常使用。</translation>
    </message>
    <message>
        <source>Please choose another way to pay. Your bank can unlock face payment.</source>
        <translation>请换一种方式付款。您的银行可以解锁刷脸付款。</translation>
    </message>
    <message>
        <source>Your bank or the payment service cannot be reached right now.</source>
        <translation>暂时连不上您的银行或支付服务。</translation>
    </message>
    <message>
        <source>This payment was already sent and is not booked twice.</source>
        <translation>这笔付款已经发送过，不会重复入账。</translation>
    </message>
    <message>
        <source>No money has been taken a second time.</source>
        <translation>没有第二次扣款。</translation>
    </message>
    <message>
        <source>Please ask the cashier to look at the receipts.</source>
        <translation>请收银员查看小票。</translation>
    </message>
    <message>
        <source>The payment service had a fault.</source>
        <translation>支付服务发生故障。</translation>
    </message>
    <message>
        <source>The payment was received.</source>
        <translation>已收到付款。</translation>
    </message>
    <message>
        <source>No face data was used.</source>
        <translation>没有使用任何人脸信息。</translation>
    </message>
</context>
<context>
    <name>Prompt</name>
    <message>
        <source>Look straight ahead</source>
        <translation>请正视前方</translation>
    </message>
    <message>
        <source>Blink your eyes</source>
        <translation>请眨眨眼</translation>
    </message>
    <message>
        <source>Turn your head to your left</source>
        <translation>请向您的左边转头</translation>
    </message>
    <message>
        <source>Turn your head to your right</source>
        <translation>请向您的右边转头</translation>
    </message>
    <message>
        <source>Turn your head a little to either side, in your own time</source>
        <translation>请按自己的节奏，把头稍微转向任意一侧</translation>
    </message>
    <message>
        <source>Open your mouth</source>
        <translation>请张开嘴</translation>
    </message>
</context>
<context>
    <name>Receipt</name>
    <message>
        <source>Receipt</source>
        <translation>小票</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>订单号</translation>
    </message>
    <message>
        <source>Terminal</source>
        <translation>终端号</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Paid by</source>
        <translation>付款方式</translation>
    </message>
    <message>
        <source>Payer</source>
        <translation>付款人</translation>
    </message>
    <message>
        <source>Reference number (RRN)</source>
        <translation>检索参考号</translation>
    </message>
    <message>
        <source>Approval code</source>
        <translation>授权码</translation>
    </message>
    <message>
        <source>Complaints</source>
        <translation>投诉电话</translation>
    </message>
    <message>
        <source>Simulated payment: no real money was moved.</source>
        <translation>模拟付款：没有真实资金转移。</translation>
    </message>
</context>
<context>
    <name>Refund</name>
    <message>
        <source>Refund</source>
        <translation>退款</translation>
    </message>
    <message>
        <source>Which payment?</source>
        <translation>退哪一笔？</translation>
    </message>
    <message>
        <source>The latest payments by face at this till. You will need the payer&apos;s receipt.</source>
        <translation>本收银台最近的刷脸付款。请准备好付款人的小票。</translation>
    </message>
    <message>
        <source>This till has no approved payment by face.</source>
        <translation>本收银台没有已成功的刷脸付款。</translation>
    </message>
    <message>
        <source>Offline. A refund needs the payment service now; none is kept to be sent later.</source>
        <translation>离线。退款须当场连接付款服务，不会留待以后再发。</translation>
    </message>
    <message>
        <source>Back to selling</source>
        <translation>返回收银</translation>
    </message>
    <message>
        <source>How much goes back?</source>
        <translation>退多少？</translation>
    </message>
    <message>
        <source>Payment of {amount} at {time}, order {order}</source>
        <translation>付款 {amount}，时间 {time}，订单 {order}</translation>
    </message>
    <message>
        <source>Void: all of it</source>
        <translation>撤销：全部退回</translation>
    </message>
    <message>
        <source>Refund: a sum</source>
        <translation>退款：退一笔金额</translation>
    </message>
    <message>
        <source>As if it had never been. Only on the day of the payment.</source>
        <translation>如同从未付过。仅限付款当天。</translation>
    </message>
    <message>
        <source>On any day, and again until all of it went back. You type the amount next.</source>
        <translation>任何一天均可，可分多次，直至全部退回。下一步输入金额。</translation>
    </message>
    <message>
        <source>Amount to refund</source>
        <translation>退款金额</translation>
    </message>
    <message>
        <source>At most {amount}, less what was refunded of it before.</source>
        <translation>最多 {amount}，须减去此前已退的金额。</translation>
    </message>
    <message>
        <source>That is more than was paid.</source>
        <translation>超过了付款金额。</translation>
    </message>
    <message>
        <source>Keys for the amount</source>
        <translation>金额按键</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>A second person checks</source>
        <translation>由第二人核对</translation>
    </message>
    <message>
        <source>The whole payment of {whole} goes back.</source>
        <translation>全部付款 {whole} 将退回。</translation>
    </message>
    <message>
        <source>{amount} of {whole} goes back.</source>
        <translation>{whole} 中的 {amount} 将退回。</translation>
    </message>
    <message>
        <source>The supervisor takes the payer&apos;s receipt and types the last {count} digits of its reference number (RRN).</source>
        <translation>请主管拿着付款人的小票，输入其中参考号（RRN）的最后 {count} 位。</translation>
    </message>
    <message>
        <source>This is not the receipt of the payment that was chosen. Nothing was sent.</source>
        <translation>这不是所选付款的小票。没有发送任何内容。</translation>
    </message>
    <message>
        <source>Keys for the digits of the receipt</source>
        <translation>小票数字按键</translation>
    </message>
    <message>
        <source>Digits typed: {count} of {total}</source>
        <translation>已输入 {count} 位，共 {total} 位</translation>
    </message>
    <message>
        <source>Void the payment</source>
        <translation>确认撤销</translation>
    </message>
    <message>
        <source>Refund it</source>
        <translation>确认退款</translation>
    </message>
    <message>
        <source>Asking the payment service</source>
        <translation>正在询问付款服务</translation>
    </message>
    <message>
        <source>The till asks until it knows, up to a minute. It cannot happen twice.</source>
        <translation>收银机会一直询问，最多一分钟。不会重复退款。</translation>
    </message>
    <message>
        <source>Reading the journal</source>
        <translation>正在读取日志</translation>
    </message>
    <message>
        <source>One moment, please.</source>
        <translation>请稍候。</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>再次询问</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Void slip</source>
        <translation>撤销凭条</translation>
    </message>
    <message>
        <source>Refund slip</source>
        <translation>退款凭条</translation>
    </message>
    <message>
        <source>Refund number (RRN)</source>
        <translation>退款参考号（RRN）</translation>
    </message>
    <message>
        <source>Of payment (RRN)</source>
        <translation>原付款参考号（RRN）</translation>
    </message>
    <message>
        <source>Gone back altogether</source>
        <translation>累计已退</translation>
    </message>
    <message>
        <source>Not refunded</source>
        <translation>未退款</translation>
    </message>
    <message>
        <source>No money has moved. The payment stands as it was.</source>
        <translation>没有资金变动，原付款保持不变。</translation>
    </message>
    <message>
        <source>Check the payment and the amount, and start again.</source>
        <translation>请核对付款和金额，重新开始。</translation>
    </message>
    <message>
        <source>Please call support. The payer can also ask their bank.</source>
        <translation>请联系技术支持。付款人也可询问其银行。</translation>
    </message>
    <message>
        <source>Refunded</source>
        <translation>已退款</translation>
    </message>
    <message>
        <source>The amount goes back to the account that paid.</source>
        <translation>该金额将退回付款账户。</translation>
    </message>
    <message>
        <source>The rest of the payment stays as it is.</source>
        <translation>付款的其余部分保持不变。</translation>
    </message>
    <message>
        <source>Give the payer the slip. Give no cash for it.</source>
        <translation>请把凭条交给付款人，不要另付现金。</translation>
    </message>
    <message>
        <source>Payment voided</source>
        <translation>付款已撤销</translation>
    </message>
    <message>
        <source>The whole payment goes back to the account that paid.</source>
        <translation>全部付款将退回付款账户。</translation>
    </message>
    <message>
        <source>No other payment was changed.</source>
        <translation>其他付款均未变动。</translation>
    </message>
    <message>
        <source>Give the payer the slip. The sale can be rung up again.</source>
        <translation>请把凭条交给付款人，可重新收银。</translation>
    </message>
    <message>
        <source>The amount was nothing, or more than any payment can be.</source>
        <translation>金额为零，或超出任何付款的上限。</translation>
    </message>
    <message>
        <source>The payment service does not take this currency.</source>
        <translation>付款服务不受理该币种。</translation>
    </message>
    <message>
        <source>It is more than is left of the payment after earlier refunds.</source>
        <translation>超过了此前退款后剩余的金额。</translation>
    </message>
    <message>
        <source>Look at the earlier slips, and refund at most what is left.</source>
        <translation>请查看之前的凭条，最多退剩余的金额。</translation>
    </message>
    <message>
        <source>For the payment service this payment has moved no money.</source>
        <translation>付款服务显示这笔付款没有资金变动。</translation>
    </message>
    <message>
        <source>The payment was undone before: all of it has gone back already.</source>
        <translation>这笔付款此前已撤销，全部金额已退回。</translation>
    </message>
    <message>
        <source>Nothing is left to do. The payer&apos;s bank shows both.</source>
        <translation>无需再做任何操作，付款人的银行会显示两笔记录。</translation>
    </message>
    <message>
        <source>It was refunded before, all of it or a part.</source>
        <translation>此前已退过全部或一部分。</translation>
    </message>
    <message>
        <source>After a part was refunded, refund the rest instead of a void.</source>
        <translation>已退过一部分的，请用退款退回其余部分，不能撤销。</translation>
    </message>
    <message>
        <source>The number is that of a refund, which cannot be refunded itself.</source>
        <translation>这是一笔退款的参考号，退款本身不能再退。</translation>
    </message>
    <message>
        <source>The number does not belong to this payment.</source>
        <translation>该参考号不属于这笔付款。</translation>
    </message>
    <message>
        <source>The business day of the payment is over, so it cannot be voided.</source>
        <translation>付款的营业日已结束，不能再撤销。</translation>
    </message>
    <message>
        <source>Choose a refund instead: of a part, or of the whole sum.</source>
        <translation>请改用退款：可退一部分，也可退全部金额。</translation>
    </message>
    <message>
        <source>A void must be of the whole payment.</source>
        <translation>撤销必须是整笔付款。</translation>
    </message>
    <message>
        <source>Choose a refund for a part.</source>
        <translation>只退一部分请选择退款。</translation>
    </message>
    <message>
        <source>The payment was refunded in too many parts already.</source>
        <translation>这笔付款已分太多次退款。</translation>
    </message>
    <message>
        <source>This till is not admitted to make refunds now.</source>
        <translation>本收银机目前不能办理退款。</translation>
    </message>
    <message>
        <source>The shop or its acquirer is suspended, or its agreement has ended.</source>
        <translation>商户或其收单机构已被暂停，或协议已终止。</translation>
    </message>
    <message>
        <source>The payer&apos;s bank cannot take the money at the moment.</source>
        <translation>付款人的银行暂时无法收款。</translation>
    </message>
    <message>
        <source>Try again later; the payer keeps the receipt.</source>
        <translation>请稍后再试，付款人保留好小票。</translation>
    </message>
    <message>
        <source>This till has no approved payment with this number.</source>
        <translation>本收银机没有此参考号的成功付款。</translation>
    </message>
    <message>
        <source>Refund it at the till that took the payment.</source>
        <translation>请到收款的那台收银机退款。</translation>
    </message>
    <message>
        <source>The payment service cannot be asked now, so nothing was sent.</source>
        <translation>现在无法连接付款服务，因此没有发送任何内容。</translation>
    </message>
    <message>
        <source>Start again when the till is online. Nothing waits to be sent.</source>
        <translation>恢复在线后请重新开始。没有待发送的退款。</translation>
    </message>
    <message>
        <source>An earlier refund of this payment has no known end yet.</source>
        <translation>这笔付款之前的一次退款尚无结果。</translation>
    </message>
    <message>
        <source>Touch Ask again to learn how the earlier one ended.</source>
        <translation>请按“再次询问”，了解之前那次的结果。</translation>
    </message>
    <message>
        <source>The till cannot write its journal, so it sends no refund.</source>
        <translation>收银机无法写入日志，因此不发送退款。</translation>
    </message>
    <message>
        <source>The payment service did not act on the message and never will.</source>
        <translation>付款服务没有处理该消息，以后也不会处理。</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>尚无结果</translation>
    </message>
    <message>
        <source>No answer came: the refund may have been made, or not.</source>
        <translation>没有收到答复：退款可能已办理，也可能没有。</translation>
    </message>
    <message>
        <source>It cannot be made twice: the till repeats the very same message.</source>
        <translation>不会重复退款：收银机只重发同一条消息。</translation>
    </message>
    <message>
        <source>Give no cash. Ask again here; the till also asks by itself.</source>
        <translation>请勿付现金。请在此再次询问；收银机也会自动询问。</translation>
    </message>
</context>
<context>
    <name>Station</name>
    <message>
        <source>Face payment counter</source>
        <translation>刷脸付款柜台</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Out of order: call support</source>
        <translation>发生故障：请联系技术支持</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Step {step} of {steps}: {name}</source>
        <translation>第 {step} 步，共 {steps} 步：{name}</translation>
    </message>
    <message>
        <source>What would you like to do?</source>
        <translation>您想办理什么？</translation>
    </message>
    <message>
        <source>Both are free and need only your bank&apos;s sign-in. Whatever you choose, card, QR code and cash work as before.</source>
        <translation>两项都免费，只需登录您的银行。无论您怎么选，银行卡、付款码和现金都照常使用。</translation>
    </message>
    <message>
        <source>The station is not connected. Nothing can be opened or closed until it is.</source>
        <translation>本柜台尚未连接，恢复连接之前不能开通或关闭。</translation>
    </message>
    <message>
        <source>Open face payment</source>
        <translation>开通刷脸付款</translation>
    </message>
    <message>
        <source>Close face payment</source>
        <translation>关闭刷脸付款</translation>
    </message>
    <message>
        <source>Less than a minute: sign in, and your face template is erased.</source>
        <translation>不到一分钟：登录后即删除您的人脸模板。</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>告知书</translation>
    </message>
    <message>
        <source>First consent</source>
        <translation>第一项同意</translation>
    </message>
    <message>
        <source>Second consent</source>
        <translation>第二项同意</translation>
    </message>
    <message>
        <source>Sign-in at the bank</source>
        <translation>登录银行</translation>
    </message>
    <message>
        <source>Face passcode</source>
        <translation>刷脸密码</translation>
    </message>
    <message>
        <source>About three minutes: a notice, two consents, a passcode, three looks into the camera.</source>
        <translation>约三分钟：一份告知书、两项同意、一个密码、三次拍摄。</translation>
    </message>
    <message>
        <source>Look 1 of 2</source>
        <translation>拍摄 1/2</translation>
    </message>
    <message>
        <source>Look 2 of 2</source>
        <translation>拍摄 2/2</translation>
    </message>
    <message>
        <source>Look to check</source>
        <translation>核对拍摄</translation>
    </message>
    <message>
        <source>Erasure</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Before you decide</source>
        <translation>决定之前请先了解</translation>
    </message>
    <message>
        <source>Take your time. The camera is off, nothing has been sent, and you can stop at every step. Two separate questions follow.</source>
        <translation>请慢慢看。摄像头没有开启，未发送任何内容，每一步都可以停止。接下来有两个单独的问题。</translation>
    </message>
    <message>
        <source>Go on to the questions</source>
        <translation>继续，进入问题</translation>
    </message>
    <message>
        <source>First consent: your face</source>
        <translation>第一项同意：您的人脸</translation>
    </message>
    <message>
        <source>Do you agree that a template of numbers is made from your face and kept, only to find your account when you start a payment in a shop?</source>
        <translation>您是否同意把您的人脸转换成一份数字模板并保存，仅用于您在店内发起付款时找到您的账户？</translation>
    </message>
    <message>
        <source>Second consent: sending the template</source>
        <translation>第二项同意：发送模板</translation>
    </message>
    <message>
        <source>Do you agree that this template leaves the station over the network, split and sealed, to the institutions named here?</source>
        <translation>您是否同意将该模板拆分并加密后，通过网络发送给下列机构？</translation>
    </message>
    <message>
        <source>This question stands alone and belongs to no other terms. You can take your consent back at any time.</source>
        <translation>这是一个单独的问题，不属于任何其他条款。您可以随时撤回同意。</translation>
    </message>
    <message>
        <source>I agree</source>
        <translation>我同意</translation>
    </message>
    <message>
        <source>I do not agree</source>
        <translation>我不同意</translation>
    </message>
    <message>
        <source>Sign in at your bank</source>
        <translation>登录您的银行</translation>
    </message>
    <message>
        <source>Simulated: this form stands in for the bank&apos;s own sign-in. Sandbox logins and codes come from facepay-clearing account.</source>
        <translation>模拟：此表单代替银行自己的登录页面。沙箱登录名和验证码由 facepay-clearing account 命令给出。</translation>
    </message>
    <message>
        <source>Your bank</source>
        <translation>您的银行</translation>
    </message>
    <message>
        <source>Login name</source>
        <translation>登录名</translation>
    </message>
    <message>
        <source>One-time code</source>
        <translation>一次性验证码</translation>
    </message>
    <message>
        <source>Six digits. A code is good once, for about a minute.</source>
        <translation>六位数字，只能使用一次，约一分钟内有效。</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Close and erase</source>
        <translation>关闭并删除</translation>
    </message>
    <message>
        <source>&quot;Close and erase&quot; closes face payment at once and erases your template everywhere. Earlier payments stay as they are.</source>
        <translation>“关闭并删除”会立即关闭刷脸付款，并在所有地方删除您的模板。此前的付款不受影响。</translation>
    </message>
    <message>
        <source>The bank did not accept this login and code. Nothing was opened, closed or lost. Please check the bank and the login, and type a fresh code.</source>
        <translation>银行未接受该登录名和验证码。未开通、未关闭，也没有任何损失。请核对银行和登录名，并输入新的验证码。</translation>
    </message>
    <message>
        <source>Choose a face passcode</source>
        <translation>请设置刷脸密码</translation>
    </message>
    <message>
        <source>Enter the passcode once more</source>
        <translation>请再输入一次密码</translation>
    </message>
    <message>
        <source>The two entries differed: choose again</source>
        <translation>两次输入不一致，请重新设置</translation>
    </message>
    <message>
        <source>Too easy to guess: choose another</source>
        <translation>太容易猜中，请换一个</translation>
    </message>
    <message>
        <source>Six digits, only for paying by face. Cover the keys.</source>
        <translation>六位数字，仅用于刷脸付款。请遮挡键盘。</translation>
    </message>
    <message>
        <source>The same six digits again, so that no slip locks you out.</source>
        <translation>请输入同样的六位数字，以免因输错而无法付款。</translation>
    </message>
    <message>
        <source>Nothing was kept of either. Please start afresh.</source>
        <translation>两次输入均未保留，请重新开始。</translation>
    </message>
    <message>
        <source>The same digit or group of digits over and over is what a thief tries first.</source>
        <translation>重复的数字或数字组合，正是盗用者最先尝试的。</translation>
    </message>
    <message>
        <source>Digits that count up or down are what a thief tries first.</source>
        <translation>连续递增或递减的数字，正是盗用者最先尝试的。</translation>
    </message>
    <message>
        <source>Not the PIN of a card, and not your login password</source>
        <translation>不要用银行卡密码，也不要用登录密码</translation>
    </message>
    <message>
        <source>Not your birthday, and not 123456 or 111111</source>
        <translation>不要用生日，也不要用 123456 或 111111</translation>
    </message>
    <message>
        <source>Nobody here can see it: it is sealed inside the PIN pad</source>
        <translation>这里没有人能看到：密码在密码键盘内加密</translation>
    </message>
    <message>
        <source>Your template is made from two looks into the camera</source>
        <translation>您的模板由两次拍摄合成</translation>
    </message>
    <message>
        <source>Step back, look away for a moment, and come again</source>
        <translation>请后退一步，看一看别处，再回到镜头前</translation>
    </message>
    <message>
        <source>This one checks that the template finds you and nobody else</source>
        <translation>这一次用来确认模板只找到您一个人</translation>
    </message>
    <message>
        <source>The camera goes on when you touch the button and off within one minute. Follow the small movements on the screen, alone in the circle. No picture is kept.</source>
        <translation>您触摸按钮后摄像头才开启，一分钟内自动关闭。请独自在圆圈内，按屏幕提示做几个小动作。不保留任何画面。</translation>
    </message>
    <message>
        <source>The picture was not taken</source>
        <translation>未能完成拍摄</translation>
    </message>
    <message>
        <source>It has been erased. Your consents and your passcode stand.</source>
        <translation>画面已删除。您的同意和密码仍然有效。</translation>
    </message>
    <message>
        <source>Start the camera</source>
        <translation>开启摄像头</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>Asking your bank</source>
        <translation>正在询问您的银行</translation>
    </message>
    <message>
        <source>Sending the sealed template</source>
        <translation>正在发送加密的模板</translation>
    </message>
    <message>
        <source>Checking that it finds only you</source>
        <translation>正在确认只找到您一个人</translation>
    </message>
    <message>
        <source>Erasing your template at three institutions</source>
        <translation>正在三家机构删除您的模板</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Open since</source>
        <translation>开通时间</translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation>有效期至</translation>
    </message>
    <message>
        <source>To close it</source>
        <translation>如何关闭</translation>
    </message>
    <message>
        <source>At any station, at once: touch &quot;Close face payment&quot; and sign in.</source>
        <translation>在任一柜台立即办理：选择“关闭刷脸付款”并登录。</translation>
    </message>
    <message>
        <source>Questions and complaints</source>
        <translation>咨询与投诉</translation>
    </message>
    <message>
        <source>Three signed receipts</source>
        <translation>三份签名回执</translation>
    </message>
    <message>
        <source>Clearing institution</source>
        <translation>清算机构</translation>
    </message>
    <message>
        <source>Custodian</source>
        <translation>托管机构</translation>
    </message>
    <message>
        <source>Witness</source>
        <translation>见证机构</translation>
    </message>
    <message>
        <source>States that it holds no part of your template any more, since {time}.</source>
        <translation>声明自 {time} 起不再持有您模板的任何部分。</translation>
    </message>
    <message>
        <source>Signature checked with this institution&apos;s own key. Receipt {fingerprint}</source>
        <translation>已用该机构自己的密钥核验签名。回执编号 {fingerprint}</translation>
    </message>
</context>
<context>
    <name>Till</name>
    <message>
        <source>Simulated: no real money</source>
        <translation>模拟：非真实资金</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>字号</translation>
    </message>
    <message>
        <source>Switch language</source>
        <translation>切换语言</translation>
    </message>
    <message>
        <source>Items: {count}</source>
        <translation>件数：{count}</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>QR code</source>
        <translation>二维码</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>银行卡</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>现金</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>刷脸</translation>
    </message>
</context>
</TS>
